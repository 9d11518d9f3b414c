/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_api - webhook deliveries for an account's programs: what became of them, and once more
 *
 * What a key may not see is not there for it: 404, as for what does not exist.
 */
#include "site/delivery_api.h"

#include "gateway/deliver.h"
#include "gateway/replay_deliveries.h"

const struct field replay_fields[] = {
	FIELD(struct replay_input, endpoint, OPTIONAL, 0, 64, NULL),
	FIELD(struct replay_input, instance, OPTIONAL, 0, 64, NULL),
	FIELD(struct replay_input, status, OPTIONAL, 0, 20, NULL),
	FIELD(struct replay_input, since, OPTIONAL, 0, 40, NULL),
	FIELD(struct replay_input, until, OPTIONAL, 0, 40, NULL),
	FIELDS_END,
};

static const char *
query_of(const struct web *web, const char *name)
{
	const char *value = web_query(web, name);

	return text_empty(value) ? NULL : value;
}

enum rc
api_list_deliveries(struct web *web)
{
	struct delivery_filter filter = {
		.endpoint = query_of(web, "endpoint"),
		.status = query_of(web, "status"),
		.event = query_of(web, "event"),
		.only_tests = api_key_is_sandbox(site_key(web)),
	};
	struct list rows;
	const char *next;

	TRY(site_instance_query(web, &filter.instance));
	TRY(site_page_query(web, &filter.page, "dlv"));
	TRY(site_time_query(web, &filter.since, "since"));
	TRY(site_time_query(web, &filter.until, "until"));
	TRY(gateway_list_deliveries(web->op, &rows, &next, &filter));
	return site_list(web, delivery_shape, sizeof(struct delivery), &rows, next);
}

static enum rc
find_seen(struct web *web, struct delivery *out, struct list *attempts,
	  struct delivery_beside *beside)
{
	const struct api_key *key = site_key(web);
	const char *id = web_param(web, "id");

	TRY(gateway_find_delivery(web->op, out, attempts, id));
	TRY(gateway_delivery_beside(web->op, beside, id));
	if (!api_key_covers(key, beside->instance_id) || (api_key_is_sandbox(key) && !beside->test))
		return op_fail(web->op, RC_MISSING, "There is no delivery %s", id);
	return RC_OK;
}

static enum rc
answer_delivery(struct web *web, int status)
{
	struct delivery_beside beside = { 0 };
	struct delivery delivery = { 0 };
	struct list attempts;
	json_t *body;

	TRY(find_seen(web, &delivery, &attempts, &beside));
	body = json_of(web->op, delivery_shape, &delivery);
	json_put(body, "message_id", beside.message_id);
	json_put(body, "inbound_id", beside.inbound_id);
	json_put_bool(body, "test", beside.test);
	json_object_set(body, "attempt_log",
			json_of_list(web->op, attempt_shape, sizeof(struct attempt), &attempts));
	return web_json_value(web, status, body);
}

enum rc
api_get_delivery(struct web *web)
{
	return answer_delivery(web, 200);
}

enum rc
api_replay_delivery(struct web *web)
{
	struct delivery_beside beside = { 0 };
	struct delivery delivery = { 0 };
	struct list attempts;

	TRY(find_seen(web, &delivery, &attempts, &beside));
	TRY(gateway_replay_delivery(web->op, delivery.id));
	return answer_delivery(web, 202);
}

static enum rc
read_time(struct web *web, struct instant *out, const char *name, const char *text)
{
	if (text_empty(text) || clock_parse(text, out))
		return RC_OK;
	return site_refuse_member(web, name, "must be a time such as 2026-05-08T10:00:00Z");
}

enum rc
api_replay_deliveries(struct web *web)
{
	const struct replay_input *input = web->input;
	struct replay_wish wish = {
		.endpoint = input->endpoint,
		.status = input->status,
		.only_tests = api_key_is_sandbox(site_key(web)),
	};
	struct replay replay = { 0 };

	TRY(site_instance_named(web, &wish.instance, input->instance));
	TRY(read_time(web, &wish.since, "since", input->since));
	TRY(read_time(web, &wish.until, "until", input->until));
	TRY(gateway_begin_replay(web->op, &replay, &wish));
	return web_json(web, 202, replay_shape, &replay);
}

enum rc
api_get_replay(struct web *web)
{
	const struct api_key *key = site_key(web);
	const char *id = web_param(web, "id");
	struct replay replay = { 0 };

	TRY(gateway_find_replay(web->op, &replay, id));
	/* A bound key sees those of its instance, one of sandbox those of tests. */
	if ((key->instance_id != NULL && !text_equal(key->instance_id, replay.instance_id)) ||
	    (api_key_is_sandbox(key) && !replay.only_tests))
		return op_fail(web->op, RC_MISSING, "There is no replay %s", id);
	return web_json(web, 200, replay_shape, &replay);
}
