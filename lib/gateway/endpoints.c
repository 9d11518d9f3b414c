/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoints - customers' webhook destinations
 *
 * The address is judged here for an early answer and again on the socket at every call. Secrets
 * and headers are sealed; the signing secret is shown by the call that makes it and by no other.
 */
#include "core/ids.h"
#include "core/secret.h"
#include "domain/event.h"
#include "gateway/credentials.h"
#include "gateway/manage_instances.h"
#include "gateway/people.h"
#include "net/guard.h"
#include "store/endpoint_store.h"
#include "store/instance_store.h"

enum { SECRET_BYTES = 32, SECRET_MIN = 16, SECRET_MAX = 256, BEARER_MAX = 2048, URL_MAX = 2000 };

static enum rc
check_url(struct op *op, const char *url)
{
	if (text_empty(url) || strlen(url) > URL_MAX)
		return op_refuse(op, RC_INPUT, "url", "A webhook address has 1 to %d characters",
				 URL_MAX);
	if (guard_url(op, url) == RC_OK)
		return RC_OK;
	snprintf(op->code, sizeof(op->code), "url");
	return RC_INPUT;
}

static enum rc
check_events(struct op *op, const char *events, const char *format)
{
	const char *unknown;

	if (!text_equal(format, "normalized") && !text_equal(format, "meta"))
		return op_refuse(op, RC_INPUT, "format", "The format is normalized or meta");
	if (text_empty(events))
		return op_refuse(op, RC_INPUT, "events", "Name at least one event");
	unknown = event_unknown_word(op->arena, events, format);
	if (unknown != NULL)
		return op_refuse(op, RC_INPUT, "events",
				 "There is no event \"%s\" in the %s format", unknown, format);
	return RC_OK;
}

/* Printable ASCII: it ends up in a header or in a customer's own configuration. */
static enum rc
check_printable(struct op *op, const char *what, const char *value, size_t min, size_t max)
{
	size_t n = strlen(value);

	for (const char *c = value; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
			return op_refuse(op, RC_INPUT, what,
					 "The %s may only hold letters, digits and punctuation",
					 what);
	if (n < min || n > max)
		return op_refuse(op, RC_INPUT, what, "The %s has %zu to %zu characters", what, min,
				 max);
	return RC_OK;
}

/* What follows whsec_ is the key in base64 (Standard Webhooks), so it must decode. */
static enum rc
check_secret(struct op *op, const char *secret)
{
	struct bytes key;

	TRY(check_printable(op, "secret", secret, SECRET_MIN, SECRET_MAX));
	if (text_starts(secret, "whsec_") &&
	    !text_unbase64(op->arena, secret + strlen("whsec_"), &key))
		return op_refuse(op, RC_INPUT, "secret",
				 "After whsec_ a signing secret is base64: leave the prefix away "
				 "for a text of your own");
	return RC_OK;
}

/* A JSON object of names and texts, within its bounds. */
static enum rc
check_headers(struct op *op, const char *json, bool bearer)
{
	const char *name;
	json_t *headers, *value;

	if (text_empty(json))
		return RC_OK;
	if (strlen(json) > ENDPOINT_HEADER_BYTES_MAX)
		return op_refuse(op, RC_INPUT, "headers",
				 "All headers together have at most %d bytes",
				 ENDPOINT_HEADER_BYTES_MAX);
	TRY(json_read(op, &headers, bytes_of(json)));
	if (!json_is_object(headers) || json_object_size(headers) > ENDPOINT_HEADERS_MAX)
		return op_refuse(op, RC_INPUT, "headers",
				 "Headers are an object of at most %d names and texts",
				 ENDPOINT_HEADERS_MAX);
	json_object_foreach(headers, name, value)
	{
		const char *text = json_string_value(value);
		const char *problem = text == NULL ? "needs a text as its value"
						   : endpoint_header_problem(name, text, bearer);

		if (problem != NULL)
			return op_refuse(op, RC_INPUT, "headers", "The header %s %s", name,
					 problem);
	}
	return RC_OK;
}

static const char *
make_secret(struct op *op)
{
	unsigned char key[SECRET_BYTES];

	secret_random(key, sizeof(key));
	return arena_printf(op->arena, "whsec_%s",
			    text_base64(op->arena, bytes_slice(key, sizeof(key))));
}

static enum rc
check_draft(struct op *op, const struct endpoint_draft *draft)
{
	bool bearer = !text_empty(draft->bearer);

	TRY(check_url(op, draft->url));
	TRY(check_events(op, draft->events, draft->format));
	if (draft->secret != NULL)
		TRY(check_secret(op, draft->secret));
	if (bearer)
		TRY(check_printable(op, "bearer", draft->bearer, 1, BEARER_MAX));
	return check_headers(op, draft->headers_json, bearer);
}

/* All named instances, each once per name given; names are resolved before anything is stored. */
static enum rc
bind_instances(struct op *op, struct batch *batch, const char *endpoint_id,
	       const struct endpoint_draft *draft)
{
	const char **ids = arena_array(op->arena, draft->instance_count + 1, sizeof(*ids));

	for (size_t i = 0; i < draft->instance_count; i++) {
		struct instance instance = { 0 };
		bool twice = false;

		TRY(gateway_find_instance(op, &instance, draft->instances[i]));
		ids[i] = instance.id;
		for (size_t k = 0; k < i; k++)
			twice = twice || text_equal(ids[k], instance.id);
		if (!twice)
			endpoint_store_bind(batch, endpoint_id, instance.id);
	}
	return RC_OK;
}

enum rc
gateway_create_endpoint(struct op *op, struct endpoint *out, const char **secret,
			const struct endpoint_draft *draft)
{
	struct batch *batch = batch_new(op);
	const char *signing = draft->secret == NULL ? make_secret(op) : draft->secret;
	struct endpoint e = {
		.id = id_new(op, "ep"),
		.account_id = op->account_id,
		.all_instances = draft->instance_count == 0,
		.url = draft->url,
		.format = draft->format,
		.events = draft->events,
		.include_read = draft->include_read,
		.enabled = true,
		.created_at = op->now,
		.updated_at = op->now,
		.updated_by = op->actor,
	};

	TRY(check_draft(op, draft));
	e.secret = credential_seal(op, SEALED_SECRET, e.id, signing);
	e.bearer = credential_seal(op, SEALED_BEARER, e.id, draft->bearer);
	e.headers = credential_seal(op, SEALED_HEADERS, e.id, draft->headers_json);
	endpoint_store_insert(batch, &e);
	TRY(bind_instances(op, batch, e.id, draft));
	audit_add(op, batch, "endpoint.create", e.id, e.url);
	TRY(db_commit(op, batch));
	*secret = signing;
	*out = e;
	return RC_OK;
}

enum rc
gateway_find_endpoint(struct op *op, struct endpoint *out, const char *id)
{
	enum rc rc = endpoint_store_get(op, out, id);

	if (rc == RC_MISSING)
		return op_refuse(op, rc, "endpoint", "There is no endpoint \"%s\" in this account",
				 id);
	return rc;
}

enum rc
gateway_endpoint_instances(struct op *op, struct list *out, const struct endpoint *endpoint)
{
	return instance_store_of_endpoint(op, out, endpoint->id);
}

enum rc
gateway_endpoint_instance(struct op *op, struct instance *out, const struct endpoint *endpoint)
{
	struct list found;

	if (endpoint->all_instances)
		TRY(instance_store_list(op, &found, NULL, 1));
	else
		TRY(instance_store_of_endpoint(op, &found, endpoint->id));
	if (found.n == 0)
		return op_refuse(op, RC_CONFLICT, "endpoint",
				 "There is no instance whose events go to this endpoint");
	*out = *(const struct instance *)found.rows;
	return RC_OK;
}

enum rc
gateway_list_endpoints(struct op *op, struct list *out, const char *instance)
{
	struct instance found = { 0 };

	if (!text_empty(instance))
		TRY(gateway_find_instance(op, &found, instance));
	return endpoint_store_list(op, out, found.id);
}

/* ---- changing one ------------------------------------------------------------------------ */

/* An endpoint on its way from one state to another, with its secrets in the clear. */
struct change {
	struct endpoint endpoint;
	const char *secret, *bearer, *headers;
};

static enum rc
read_bool(struct op *op, bool *out, const char *key, const char *value)
{
	if (!text_equal(value, "true") && !text_equal(value, "false"))
		return op_refuse(op, RC_INPUT, key, "%s is true or false", key);
	*out = text_equal(value, "true");
	return RC_OK;
}

static enum rc
apply(struct op *op, struct change *c, const char *key, const char *value)
{
	const struct {
		const char *key;
		const char **text;
		bool *flag;
	} members[] = {
		{ "url", &c->endpoint.url, NULL },
		{ "format", &c->endpoint.format, NULL },
		{ "events", &c->endpoint.events, NULL },
		{ "bearer", &c->bearer, NULL },
		{ "headers", &c->headers, NULL },
		{ "enabled", NULL, &c->endpoint.enabled },
		{ "include_read", NULL, &c->endpoint.include_read },
	};

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		if (!text_equal(members[i].key, key))
			continue;
		if (members[i].flag != NULL)
			return read_bool(op, members[i].flag, key, value);
		*members[i].text = value;
		return RC_OK;
	}
	return op_refuse(op, RC_INPUT, "key",
			 "An endpoint has no setting \"%s\": url, format, events, enabled, "
			 "include_read, bearer, headers",
			 key);
}

static enum rc
save(struct op *op, struct change *c, const char *verb, const char *details)
{
	struct batch *batch = batch_new(op);
	struct endpoint *e = &c->endpoint;

	e->updated_at = op->now;
	e->updated_by = op->actor;
	e->secret = credential_seal(op, SEALED_SECRET, e->id, c->secret);
	e->bearer = credential_seal(op, SEALED_BEARER, e->id, c->bearer);
	e->headers = credential_seal(op, SEALED_HEADERS, e->id, c->headers);
	endpoint_store_update(batch, e);
	audit_add(op, batch, verb, e->id, details);
	return db_commit(op, batch);
}

static enum rc
load(struct op *op, struct change *c, const char *id)
{
	TRY(gateway_find_endpoint(op, &c->endpoint, id));
	return gateway_open_endpoint(op, &c->secret, &c->bearer, &c->headers, &c->endpoint);
}

enum rc
gateway_set_endpoint(struct op *op, const char *id, const struct instance_change *changes, size_t n)
{
	struct change c = { 0 };
	const char *names = "";

	TRY(load(op, &c, id));
	for (size_t i = 0; i < n; i++) {
		TRY(apply(op, &c, changes[i].key, changes[i].value));
		names = arena_printf(op->arena, "%s%s%s", names, i == 0 ? "" : ", ",
				     changes[i].key);
	}
	TRY(check_draft(op, &(struct endpoint_draft){ .url = c.endpoint.url,
						      .format = c.endpoint.format,
						      .events = c.endpoint.events,
						      .bearer = c.bearer,
						      .headers_json = c.headers }));
	return save(op, &c, "endpoint.set", names);
}

enum rc
gateway_rotate_secret(struct op *op, const char *id, const char **secret)
{
	struct change c = { 0 };

	TRY(load(op, &c, id));
	c.secret = make_secret(op);
	TRY(save(op, &c, "endpoint.rotate_secret", NULL));
	*secret = c.secret;
	return RC_OK;
}

enum rc
gateway_delete_endpoint(struct op *op, const char *id)
{
	struct batch *batch = batch_new(op);
	struct endpoint e = { 0 };

	TRY(gateway_find_endpoint(op, &e, id));
	endpoint_store_delete(batch, e.id, op->now);
	audit_add(op, batch, "endpoint.delete", e.id, e.url);
	return db_commit(op, batch);
}
