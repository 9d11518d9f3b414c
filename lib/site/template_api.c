/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template_api - message templates in the proxy dialect
 *
 * The instance is chosen as for sends, and its WhatsApp Business Account has the templates. What
 * is created or edited is Meta's own body, forwarded unchanged. Meta edits by its own id of one
 * language; here a name is enough where it has just one.
 */
#include "site/template_api.h"

#include "core/settings.h"
#include "gateway/templates.h"
#include "site/manage_answer.h"

enum { BODY_MAX = 1 << 20, LIMIT = 25, LIMIT_MAX = 200, LANGUAGES_MAX = 200 };

static enum rc
choose_instance(struct web *web, struct instance *out)
{
	return gateway_instance_for(web->op, out, site_key(web), web_query(web, "phone_number_id"));
}

/* ---- reading ----------------------------------------------------------------------------- */

/* The query as it came without its cursor, ready for another member. */
static const char *
query_before_after(struct web *web)
{
	const char **parts, *kept = "";
	size_t n = 0;

	if (text_empty(web->query) || !text_is_utf8(bytes_of(web->query)))
		return "";
	parts = text_split(web->op->arena, web->query, '&', &n);
	for (size_t i = 0; i < n; i++)
		if (!text_starts(parts[i], "after="))
			kept = arena_printf(web->op->arena, "%s%s&", kept, parts[i]);
	return kept;
}

static void
write_paging(struct web *web, struct json_out *out, const struct list *list, const char *next)
{
	const struct wa_template *rows = list->rows;
	struct op *op = web->op;
	const char *cursor;

	if (list->n == 0)
		return;
	json_out_open(out, "paging");
	json_out_open(out, "cursors");
	json_out_text(out, "before", template_cursor(op, &rows[0]));
	json_out_text(out, "after", template_cursor(op, &rows[list->n - 1]));
	json_out_close(out);
	if (next != NULL) {
		cursor = text_urlencode(op->arena, next);
		json_out_text(out, "next",
			      arena_printf(op->arena, "%s%s?%safter=%s", settings()->web_url,
					   web->path, query_before_after(web), cursor));
	}
	json_out_close(out);
}

static enum rc
answer_list(struct web *web, const struct list *list, const char *next)
{
	const struct wa_template *rows = list->rows;
	struct json_out out;

	json_out_init(&out, web->op->arena);
	json_out_open(&out, NULL);
	json_out_open_list(&out, "data");
	for (size_t i = 0; i < list->n; i++)
		wa_template_write(&out, NULL, &rows[i]);
	json_out_close_list(&out);
	write_paging(web, &out, list, next);
	json_out_close(&out);
	return site_proxy_data(web, 200, bytes_of(json_out_end(&out)));
}

/* What the provider said is the caller's to know: it is their token and their account. */
static enum rc
answer_failure(struct web *web, enum rc rc)
{
	if (rc != RC_UPSTREAM)
		return rc;
	return site_refuse(web, DIALECT_PROXY, REFUSAL_PROVIDER, web->op->why, NULL, NULL, NULL);
}

static enum rc
read_limit(struct web *web, int64_t *out)
{
	const char *text = web_query(web, "limit");

	*out = LIMIT;
	if (text == NULL || text_int(text, 1, LIMIT_MAX, out))
		return RC_OK;
	return site_refuse_member(web, "limit", "must be a number from 1 to 200");
}

enum rc
template_list(struct web *web)
{
	struct template_filter filter = {
		.name = web_query(web, "name"),
		.status = web_query(web, "status"),
		.category = web_query(web, "category"),
		.language = web_query(web, "language"),
		.after = web_query(web, "after"),
	};
	struct instance instance;
	const char *next;
	struct list list = { 0 };
	enum rc rc;

	TRY(read_limit(web, &filter.limit));
	TRY(choose_instance(web, &instance));
	rc = gateway_list_templates(web->op, &list, &next, &instance, &filter);
	return rc == RC_OK ? answer_list(web, &list, next) : answer_failure(web, rc);
}

/* All languages of the address's name, or the query's; RC_MISSING: none. */
static enum rc
find_named(struct web *web, struct list *out, const struct instance *instance)
{
	struct template_filter filter = {
		.name = web_param(web, "name"),
		.language = web_query(web, "language"),
		.limit = LANGUAGES_MAX,
	};
	const char *next;
	struct list found = { 0 };

	TRY(gateway_list_templates(web->op, &found, &next, instance, &filter));
	if (found.n == 0)
		return op_refuse(web->op, RC_MISSING, refusal_word(REFUSAL_NOT_FOUND),
				 "There is no template %s%s%s", filter.name,
				 filter.language == NULL ? "" : " in ",
				 filter.language == NULL ? "" : filter.language);
	*out = found;
	return RC_OK;
}

enum rc
template_show(struct web *web)
{
	struct instance instance;
	struct list found = { 0 };
	enum rc rc;

	TRY(choose_instance(web, &instance));
	rc = find_named(web, &found, &instance);
	return rc == RC_OK ? answer_list(web, &found, NULL) : answer_failure(web, rc);
}

/* ---- changing ---------------------------------------------------------------------------- */

/* A call to the templates of the chosen instance's business account; object NULL: to the account
 * itself. */
static enum rc
read_change(struct web *web, struct management *m, struct instance *instance)
{
	TRY(manage_may_change(web));
	TRY(choose_instance(web, instance));
	if (text_empty(instance->waba_id))
		return op_refuse(web->op, RC_CONFLICT, refusal_word(REFUSAL_INSTANCE_STATE),
				 "The instance has no WhatsApp Business Account yet");
	*m = (struct management){
		.instance = instance,
		.request = { .method = web->method,
			     .object = instance->waba_id,
			     .edge = "message_templates" },
	};
	if (text_equal(web->method, "POST"))
		TRY(web_body(web, &m->request.body, BODY_MAX));
	return RC_OK;
}

enum rc
template_create(struct web *web)
{
	struct instance instance;
	struct management m;

	TRY(read_change(web, &m, &instance));
	TRY(gateway_create_template(web->op, &m));
	return manage_answer(web, &m);
}

enum rc
template_edit(struct web *web)
{
	const struct wa_template *rows;
	struct instance instance;
	struct management m;
	struct list found = { 0 };
	enum rc rc;

	TRY(read_change(web, &m, &instance));
	rc = find_named(web, &found, &instance);
	if (rc != RC_OK)
		return answer_failure(web, rc);
	if (found.n != 1)
		return site_refuse_member(web, "language",
					  "is required: this template has several languages");
	rows = found.rows;
	m.request.object = rows[0].id;
	m.request.edge = NULL;
	TRY(gateway_edit_template(web->op, &m, &rows[0]));
	return manage_answer(web, &m);
}

static enum rc
delete_by(struct web *web, const char *name)
{
	const char *id = web_query(web, "hsm_id");
	struct arena *arena = web->op->arena;
	struct instance instance;
	struct management m;

	TRY(read_change(web, &m, &instance));
	if (text_empty(name))
		return site_refuse_member(web, "name", "is required");
	m.request.query = arena_printf(
		arena, "name=%s%s%s", text_urlencode(arena, name),
		id == NULL ? "" : "&hsm_id=", id == NULL ? "" : text_urlencode(arena, id));
	TRY(gateway_delete_template(web->op, &m, name, id));
	return manage_answer(web, &m);
}

enum rc
template_delete(struct web *web)
{
	return delete_by(web, web_query(web, "name"));
}

enum rc
template_delete_named(struct web *web)
{
	return delete_by(web, web_param(web, "name"));
}
