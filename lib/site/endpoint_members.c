/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint_members - webhook endpoints in the API's JSON, in and out
 *
 * Every member is checked for its type here and for its sense by the gateway, which knows it as a
 * text; what nobody knows is refused, so that a typing error is not a setting that silently stays.
 */
#include "site/endpoint_members.h"

enum { BODY_MAX = 64 << 10 };

enum member_kind { MEMBER_TEXT, MEMBER_BOOL, MEMBER_LIST, MEMBER_INSTANCES, MEMBER_OBJECT };

static const struct member {
	const char *name, *key;
	enum member_kind kind;
	bool nullable;
	bool in_test;
} members[] = {
	{ "destination_url", "url", MEMBER_TEXT, false, true },
	{ "format", "format", MEMBER_TEXT, false, true },
	{ "events", "events", MEMBER_LIST, false, false },
	{ "message_types", "message_types", MEMBER_LIST, true, false },
	{ "instances", "instances", MEMBER_INSTANCES, true, false },
	{ "include_read", "include_read", MEMBER_BOOL, false, false },
	{ "headers", "headers", MEMBER_OBJECT, true, true },
	{ "enabled", "enabled", MEMBER_BOOL, false, false },
	{ "secret", "secret", MEMBER_TEXT, false, true },
	{ "bearer", "bearer", MEMBER_TEXT, true, true },
	{ "sample", "sample", MEMBER_TEXT, true, true },
};

static const char *const musts[] = {
	[MEMBER_TEXT] = "must be a string",
	[MEMBER_BOOL] = "must be true or false",
	[MEMBER_LIST] = "must be a list of strings",
	[MEMBER_INSTANCES] = "must be a list of instances, or null for all of the account",
	[MEMBER_OBJECT] = "must be an object of names and texts",
};

/* ---- in ---------------------------------------------------------------------------------- */

static enum rc
read_list(struct web *web, const char **out, const struct member *m, const json_t *value)
{
	size_t n = json_array_size(value);
	const char **items = arena_array(web->op->arena, n + 1, sizeof(*items));

	for (size_t i = 0; i < n; i++) {
		items[i] = json_string_value(json_array_get(value, i));
		if (items[i] == NULL || strchr(items[i], ',') != NULL)
			return site_refuse_member(web, m->name, musts[m->kind]);
	}
	*out = text_join(web->op->arena, items, n, ",");
	return RC_OK;
}

/* Ids of instances that the key may speak for. */
static enum rc
read_instances(struct web *web, const char **out, const struct member *m, const json_t *value)
{
	const struct api_key *key = site_key(web);
	const char **refs;
	size_t n;

	*out = "*";
	if (json_is_null(value))
		return key->instance_id == NULL ? RC_OK
						: site_refuse_member(web, m->name,
								     "must be the one that this "
								     "API key is bound to");
	TRY(read_list(web, out, m, value));
	refs = text_split(web->op->arena, *out, ',', &n);
	for (size_t i = 0; i < n; i++) {
		struct instance instance = { 0 };
		enum rc rc = gateway_find_instance(web->op, &instance, refs[i]);

		if (rc != RC_OK && rc != RC_MISSING)
			return rc;
		op_forgive(web->op);
		if (rc == RC_MISSING || !api_key_covers(key, instance.id))
			return site_refuse_member(web, m->name,
						  arena_printf(web->op->arena,
							       "names one that is not there: %s",
							       refs[i]));
		refs[i] = instance.id;
	}
	*out = text_join(web->op->arena, refs, n, ",");
	return RC_OK;
}

static bool
fits(const struct member *m, const json_t *value)
{
	switch (m->kind) {
	case MEMBER_TEXT:
		return json_is_string(value);
	case MEMBER_BOOL:
		return json_is_boolean(value);
	case MEMBER_OBJECT:
		return json_is_object(value);
	default:
		return json_is_array(value);
	}
}

static enum rc
read_value(struct web *web, const char **out, const struct member *m, const json_t *value)
{
	*out = NULL;
	if (json_is_null(value) ? !m->nullable : !fits(m, value))
		return site_refuse_member(web, m->name, musts[m->kind]);
	if (m->kind == MEMBER_INSTANCES)
		return read_instances(web, out, m, value);
	if (json_is_null(value))
		return RC_OK;
	if (m->kind == MEMBER_LIST)
		return read_list(web, out, m, value);
	if (m->kind == MEMBER_BOOL)
		*out = json_is_true(value) ? "true" : "false";
	else
		*out = m->kind == MEMBER_TEXT ? json_string_value(value)
					      : json_text(web->op, value);
	return RC_OK;
}

static const struct member *
find_member(const char *name, bool for_test)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (text_equal(members[i].name, name) &&
		    (for_test ? members[i].in_test : !text_equal(name, "sample")))
			return &members[i];
	return NULL;
}

static enum rc
read_object(struct web *web, json_t **out, bool may_be_empty)
{
	struct bytes body;

	TRY(web_body(web, &body, BODY_MAX));
	if (body.n == 0 && may_be_empty) {
		*out = json_new(web->op);
		return RC_OK;
	}
	if (!text_equal(web->content_type, "application/json")) {
		web->status = 415;
		return op_refuse(web->op, RC_INPUT, "unsupported_media_type",
				 "Send application/json.");
	}
	web->status = 400;
	TRY(json_read(web->op, out, body));
	if (!json_is_object(*out))
		return op_refuse(web->op, RC_INPUT, "bad_request",
				 "The body must be a JSON object.");
	web->status = 0;
	return RC_OK;
}

enum rc
endpoint_members_read(struct web *web, struct endpoint_members *out, bool for_test)
{
	json_t *object = NULL, *value;
	const char *name;

	TRY(read_object(web, &object, for_test));
	out->n = 0;
	json_object_foreach(object, name, value)
	{
		const struct member *m = find_member(name, for_test);
		const char *text;

		if (m == NULL)
			return site_refuse_member(web, name, "is not known here");
		TRY(read_value(web, &text, m, value));
		out->changes[out->n++] = (struct instance_change){ m->key, text };
	}
	return RC_OK;
}

const char *
endpoint_member(const struct endpoint_members *given, const char *key)
{
	for (size_t i = 0; i < given->n; i++)
		if (text_equal(given->changes[i].key, key))
			return given->changes[i].value;
	return NULL;
}

enum rc
endpoint_members_blame(struct op *op, enum rc rc)
{
	if (rc == RC_INPUT && text_equal(op->code, "url"))
		snprintf(op->code, sizeof(op->code), "destination_url");
	return rc;
}

/* ---- out --------------------------------------------------------------------------------- */

static json_t *
list_json(struct op *op, const char *list)
{
	const char **words = text_split(op->arena, list == NULL ? "" : list, ',', NULL);
	json_t *items = json_new_array(op);

	for (; *words != NULL; words++)
		json_array_append_new(items, json_string(*words));
	return items;
}

static enum rc
put_instances(struct op *op, json_t *object, const struct endpoint *e)
{
	const struct instance *rows;
	json_t *ids = json_new_array(op);
	struct list bound;

	json_put(object, "instances", NULL);
	if (e->all_instances)
		return RC_OK;
	TRY(gateway_endpoint_instances(op, &bound, e));
	rows = bound.rows;
	for (size_t i = 0; i < bound.n; i++)
		json_array_append_new(ids, json_string(rows[i].id));
	json_object_set(object, "instances", ids);
	return RC_OK;
}

static enum rc
put_secrets(struct op *op, json_t *object, const struct endpoint *e)
{
	struct endpoint_secrets keys;
	json_t *headers = json_new(op);

	TRY(gateway_open_endpoint(op, &keys, e));
	if (!text_empty(keys.headers_json))
		TRY(json_read(op, &headers, bytes_of(keys.headers_json)));
	json_object_set(object, "headers", headers);
	json_put_bool(object, "has_bearer", !text_empty(keys.bearer));
	return RC_OK;
}

static void
put_time(struct op *op, json_t *object, const char *name, struct instant at)
{
	json_put(object, name, at.ms == 0 ? NULL : clock_rfc3339(op->arena, at));
}

/* Until when two secrets sign, and which of them where there is room for one. */
static void
put_rotation(struct op *op, json_t *object, const struct endpoint *e)
{
	json_t *rotation = json_new(op);

	json_put(object, "rotation", NULL);
	if (e->previous_until.ms <= op->now.ms)
		return;
	put_time(op, rotation, "until", e->previous_until);
	json_put_bool(rotation, "switched", e->switched_at.ms != 0);
	json_object_set(object, "rotation", rotation);
}

enum rc
endpoint_members_json(struct op *op, json_t **out, const struct endpoint *e, const char *secret)
{
	json_t *object = json_new(op);

	json_put(object, "id", e->id);
	json_put(object, "destination_url", e->url);
	json_put(object, "format", e->format);
	json_object_set(object, "events", list_json(op, e->events));
	json_object_set(object, "message_types", list_json(op, e->message_types));
	json_put_bool(object, "include_read", e->include_read);
	TRY(put_instances(op, object, e));
	TRY(put_secrets(op, object, e));
	put_rotation(op, object, e);
	json_put_bool(object, "enabled", e->enabled);
	json_put(object, "disabled_reason", e->disabled_reason);
	put_time(op, object, "failing_since", e->failing_since);
	put_time(op, object, "created_at", e->created_at);
	put_time(op, object, "updated_at", e->updated_at);
	json_put(object, "updated_by", e->updated_by);
	if (secret != NULL)
		json_put(object, "secret", secret);
	*out = object;
	return RC_OK;
}
