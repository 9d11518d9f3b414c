/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph_object - management in the Graph dialect
 *
 * Programs written against Meta name numbers, business accounts and templates by Meta's ids. An id
 * is forwarded only where it is the caller's own; of what others have here the answer says as
 * little as Meta's does of what a token may not see.
 */
#include "site/graph_object.h"

#include "core/settings.h"
#include "gateway/templates.h"
#include "site/manage_answer.h"

enum { BODY_MAX = 1 << 20 };

enum rc
graph_object_missing(struct web *web, const char *id)
{
	struct op *op = web->op;
	json_t *body = json_new(op), *error = json_new(op);

	json_put(error, "message",
		 arena_printf(op->arena,
			      "Unsupported %s request. Object with ID '%s' does not exist, cannot "
			      "be loaded due to missing permissions, or does not support this "
			      "operation. Please read the Graph API documentation at "
			      "https://developers.facebook.com/docs/graph-api",
			      text_lower(op->arena, web->method), id));
	json_put(error, "type", "GraphMethodException");
	json_put_int(error, "code", 100);
	json_put_int(error, "error_subcode", 33);
	json_put(error, "fbtrace_id", op->request_id);
	expect(json_object_set(body, "error", error) == 0);
	return web_json_value(web, 400, body);
}

static bool
is_reading(const struct web *web)
{
	return text_equal(web->method, "GET");
}

/*
 * What is passed on of a query, each once. Not what it may hold besides at Meta: `method` would
 * make a change of a reading, `ids` would name objects of others, a token would be the wrong one.
 */
static const char *const passed[] = {
	"fields",   "limit",         "after",           "before",  "summary", "filtering",
	"sort",     "name",          "name_or_content", "content", "status",  "category",
	"language", "quality_score", "hsm_id",          "hsm_ids",
};

static const char *
query_of(struct web *web)
{
	struct arena *arena = web->op->arena;
	const char *query = "";

	for (size_t i = 0; i < ARRAY_LEN(passed); i++) {
		const char *value = web_query(web, passed[i]);

		if (value != NULL)
			query = arena_printf(arena, "%s%s%s=%s", query, *query == '\0' ? "" : "&",
					     passed[i], text_urlencode(arena, value));
	}
	return query;
}

/* From an object of the caller's, an expansion leads on to what the token may see beside it:
 * edge{...}, or in older words edge.fields(...). Other parameters of an edge lead nowhere. */
static bool
has_expansion(struct arena *arena, const char *fields)
{
	char *dense = arena_dup(arena, fields);
	size_t n = 0;

	for (const char *p = fields; *p != '\0'; p++)
		if (strchr(" \t\r\n", *p) == NULL)
			dense[n++] = *p;
	dense[n] = '\0';
	return strpbrk(dense, "{}") != NULL || strstr(text_lower(arena, dense), ".fields(") != NULL;
}

static enum rc
check_fields(struct web *web)
{
	const char *fields = web_query(web, "fields");

	if (fields == NULL || !has_expansion(web->op->arena, fields))
		return RC_OK;
	return op_refuse(web->op, RC_INPUT, refusal_word(REFUSAL_FIELD),
			 "fields cannot be expanded here: ask for the edge by its own address");
}

/* May it be made, and the call as it came. */
static enum rc
read_call(struct web *web, struct management *m, const struct graph_object *object, const char *id,
	  const char *edge)
{
	*m = (struct management){
		.instance = &object->instance,
		.own = arena_printf(web->op->arena, "%s%s", settings()->web_url, web->path),
		.request = { web->method, id, edge, query_of(web), { NULL, 0 } },
	};
	TRY(check_fields(web));
	if (!is_reading(web))
		TRY(manage_may_change(web));
	if (text_equal(web->method, "POST"))
		TRY(web_body(web, &m->request.body, BODY_MAX));
	return RC_OK;
}

static enum rc
perform(struct web *web, struct management *m, const struct graph_object *object)
{
	if (object->kind == GRAPH_TEMPLATE && !is_reading(web))
		return gateway_edit_template(web->op, m, &object->template);
	return gateway_manage(web->op, m);
}

enum rc
graph_object(struct web *web, const char *id, web_handler *otherwise)
{
	struct graph_object object;
	struct management m;

	TRY(gateway_find_object(web->op, &object, site_key(web), id));
	if (object.kind == GRAPH_UNKNOWN && otherwise != NULL)
		return otherwise(web);
	/* Only templates are changed at this address. */
	if (object.kind == GRAPH_FOREIGN || !(is_reading(web) || (text_equal(web->method, "POST") &&
								  object.kind == GRAPH_TEMPLATE)))
		return graph_object_missing(web, id);
	TRY(read_call(web, &m, &object, id, NULL));
	TRY(perform(web, &m, &object));
	return manage_answer(web, &m);
}

/* An edge of an object of that kind; *mine false: answered already. */
static enum rc
read_edge(struct web *web, struct management *m, struct graph_object *object, enum graph_kind kind,
	  const char *edge, bool *mine)
{
	const char *id = web_param(web, "id");

	TRY(gateway_find_object(web->op, object, site_key(web), id));
	*mine = object->kind == kind;
	if (!*mine)
		return graph_object_missing(web, id);
	return read_call(web, m, object, id, edge);
}

static enum rc
change_templates(struct web *web, struct management *m)
{
	if (text_equal(web->method, "POST"))
		return gateway_create_template(web->op, m);
	if (text_equal(web->method, "DELETE") && web_query(web, "hsm_ids") != NULL)
		return gateway_change_templates(web->op, m, "template.delete");
	if (text_equal(web->method, "DELETE"))
		return gateway_delete_template(web->op, m, web_query(web, "name"),
					       web_query(web, "hsm_id"));
	return gateway_manage(web->op, m);
}

enum rc
graph_templates(struct web *web)
{
	struct graph_object object;
	struct management m;
	bool mine;

	TRY(read_edge(web, &m, &object, GRAPH_WABA, "message_templates", &mine));
	if (!mine)
		return RC_OK;
	TRY(change_templates(web, &m));
	return manage_answer(web, &m);
}

enum rc
graph_phone_numbers(struct web *web)
{
	struct graph_object object;
	struct management m;
	bool mine;

	TRY(read_edge(web, &m, &object, GRAPH_WABA, "phone_numbers", &mine));
	if (!mine)
		return RC_OK;
	TRY(gateway_manage(web->op, &m));
	return manage_answer(web, &m);
}

enum rc
graph_profile(struct web *web)
{
	struct graph_object object;
	struct management m;
	bool mine;

	TRY(read_edge(web, &m, &object, GRAPH_NUMBER, "whatsapp_business_profile", &mine));
	if (!mine)
		return RC_OK;
	if (is_reading(web))
		TRY(gateway_manage(web->op, &m));
	else
		TRY(gateway_manage_change(web->op, &m, "profile.set"));
	return manage_answer(web, &m);
}
