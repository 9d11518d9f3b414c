/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint_api - webhook endpoints by API, below their instance
 *
 * An endpoint is found below each instance whose events it gets. Who made or rotates one sees its
 * signing secret in that answer and in no other.
 */
#include "site/endpoint_api.h"

#include "site/endpoint_members.h"

/* The address's instance, when the key may speak for it. */
static enum rc
find_instance(struct web *web, struct instance *out)
{
	struct op *op = web->op;

	if (api_key_is_sandbox(site_key(web)))
		return op_refuse(op, RC_DENIED, refusal_word(REFUSAL_SCOPE),
				 "A sandbox key has no webhooks: they get what really happens. Use "
				 "a production key");
	TRY(gateway_find_instance(op, out, web_param(web, "id")));
	if (!api_key_covers(site_key(web), out->id))
		return op_refuse(op, RC_MISSING, refusal_word(REFUSAL_INSTANCE_UNKNOWN),
				 "This API key is bound to another instance");
	return RC_OK;
}

/* Does it get the instance's events, and, for a bound key, no other's? */
static enum rc
belongs(struct web *web, bool *out, const struct endpoint *e, const struct instance *instance)
{
	const struct instance *rows;
	struct list bound;

	*out = e->all_instances && site_key(web)->instance_id == NULL;
	if (e->all_instances)
		return RC_OK;
	TRY(gateway_endpoint_instances(web->op, &bound, e));
	rows = bound.rows;
	for (size_t i = 0; i < bound.n; i++)
		*out = *out || text_equal(rows[i].id, instance->id);
	*out = *out && (site_key(web)->instance_id == NULL || bound.n == 1);
	return RC_OK;
}

static enum rc
find_endpoint(struct web *web, struct endpoint *out, struct instance *instance)
{
	bool found = false;

	TRY(find_instance(web, instance));
	TRY(gateway_find_endpoint(web->op, out, web_param(web, "ep")));
	TRY(belongs(web, &found, out, instance));
	if (!found)
		return op_refuse(web->op, RC_MISSING, "endpoint",
				 "There is no endpoint \"%s\" of this instance", out->id);
	return RC_OK;
}

static enum rc
answer(struct web *web, int status, const char *id, const char *secret)
{
	struct endpoint e = { 0 };
	json_t *object;

	TRY(gateway_find_endpoint(web->op, &e, id));
	TRY(endpoint_members_json(web->op, &object, &e, secret));
	return web_json_value(web, status, object);
}

enum rc
endpoint_api_list(struct web *web)
{
	json_t *items = json_new_array(web->op), *object;
	struct instance instance = { 0 };
	const struct endpoint *rows;
	struct list found;

	TRY(find_instance(web, &instance));
	TRY(gateway_list_endpoints(web->op, &found, instance.id));
	rows = found.rows;
	for (size_t i = 0; i < found.n; i++) {
		bool belonging = false;

		TRY(belongs(web, &belonging, &rows[i], &instance));
		if (!belonging)
			continue;
		TRY(endpoint_members_json(web->op, &object, &rows[i], NULL));
		json_array_append(items, object);
	}
	return site_items(web, items, NULL);
}

static enum rc
require(struct web *web, const struct endpoint_members *given)
{
	static const struct {
		const char *key, *name;
	} needed[] = { { "url", "destination_url" }, { "events", "events" } };

	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (endpoint_member(given, needed[i].key) == NULL)
			return site_refuse_member(web, needed[i].name, "is needed");
	return RC_OK;
}

static void
draft_of(struct op *op, struct endpoint_draft *out, const struct endpoint_members *given,
	 const struct instance *instance)
{
	const char *instances = endpoint_member(given, "instances");
	const char *format = endpoint_member(given, "format");

	*out = (struct endpoint_draft){
		.url = endpoint_member(given, "url"),
		.format = format == NULL ? "normalized" : format,
		.events = endpoint_member(given, "events"),
		.message_types = endpoint_member(given, "message_types"),
		.bearer = endpoint_member(given, "bearer"),
		.secret = endpoint_member(given, "secret"),
		.headers_json = endpoint_member(given, "headers"),
		.include_read = text_equal(endpoint_member(given, "include_read"), "true"),
		.disabled = text_equal(endpoint_member(given, "enabled"), "false"),
	};
	if (!text_equal(instances, "*"))
		out->instances = text_split(op->arena, instances == NULL ? instance->id : instances,
					    ',', &out->instance_count);
}

enum rc
endpoint_api_create(struct web *web)
{
	struct endpoint_members given;
	struct instance instance = { 0 };
	struct endpoint_draft draft;
	struct endpoint made = { 0 };
	const char *secret;

	TRY(find_instance(web, &instance));
	TRY(endpoint_members_read(web, &given, false));
	TRY(require(web, &given));
	draft_of(web->op, &draft, &given, &instance);
	TRY(endpoint_members_blame(web->op,
				   gateway_create_endpoint(web->op, &made, &secret, &draft)));
	return answer(web, 201, made.id, secret);
}

enum rc
endpoint_api_show(struct web *web)
{
	struct instance instance = { 0 };
	struct endpoint e = { 0 };

	TRY(find_endpoint(web, &e, &instance));
	return answer(web, 200, e.id, NULL);
}

enum rc
endpoint_api_change(struct web *web)
{
	struct endpoint_members given;
	struct instance instance = { 0 };
	struct endpoint e = { 0 };

	TRY(find_endpoint(web, &e, &instance));
	TRY(endpoint_members_read(web, &given, false));
	if (given.n > 0)
		TRY(endpoint_members_blame(
			web->op, gateway_set_endpoint(web->op, e.id, given.changes, given.n)));
	return answer(web, 200, e.id, NULL);
}

enum rc
endpoint_api_delete(struct web *web)
{
	struct instance instance = { 0 };
	struct endpoint e = { 0 };

	TRY(find_endpoint(web, &e, &instance));
	TRY(gateway_delete_endpoint(web->op, e.id));
	return web_json_text(web, 200, "{\"success\":true}");
}

/* What is stored, but for what the body says. */
enum rc
endpoint_api_test(struct web *web)
{
	struct endpoint_members given;
	struct instance instance = { 0 };
	struct endpoint e = { 0 };
	struct test_result result = { 0 };
	struct endpoint_trial trial = { .instance = &instance };

	TRY(find_endpoint(web, &e, &instance));
	TRY(endpoint_members_read(web, &given, true));
	trial.url = e.url;
	trial.format = e.format;
	TRY(gateway_open_endpoint(web->op, &trial.keys, &e));
	for (size_t i = 0; i < given.n; i++) {
		const struct {
			const char *key, **value;
		} places[] = {
			{ "url", &trial.url },
			{ "format", &trial.format },
			{ "sample", &trial.sample },
			{ "headers", &trial.keys.headers_json },
			{ "bearer", &trial.keys.bearer },
			{ "secret", &trial.keys.secret },
		};

		for (size_t j = 0; j < ARRAY_LEN(places); j++)
			if (text_equal(places[j].key, given.changes[i].key))
				*places[j].value = given.changes[i].value;
	}
	if (endpoint_member(&given, "secret") != NULL)
		trial.keys.previous = NULL;
	TRY(endpoint_members_blame(web->op, gateway_test_endpoint(web->op, &result, &trial)));
	return web_json(web, 200, test_result_shape, &result);
}

enum rc
endpoint_api_rotate(struct web *web)
{
	struct instance instance = { 0 };
	struct endpoint e = { 0 };
	const char *secret;

	TRY(find_endpoint(web, &e, &instance));
	TRY(gateway_rotate_secret(web->op, e.id, NULL, &secret));
	return answer(web, 200, e.id, secret);
}

enum rc
endpoint_api_switch(struct web *web)
{
	struct instance instance = { 0 };
	struct endpoint e = { 0 };

	TRY(find_endpoint(web, &e, &instance));
	if (endpoint_is_rotating(&e, web->op->now))
		TRY(gateway_switch_secret(web->op, e.id));
	return answer(web, 200, e.id, NULL);
}
