/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_template - the simulator's calls that read and change message templates
 *
 * A new template is checked as far as Meta's own page says what every one needs: name, language,
 * category, a body. Lists are paged and filtered as Meta's, and their next page's address has the
 * caller's token in it, as Meta's has.
 */
#include "gateway/sim_inside.h"

enum { PAGE = 25, PAGE_MAX = 1000, NAME_BYTES = 512, BODY_POINTS = 1024 };

/* ---- what may be made of a template ------------------------------------------------------ */

static bool
refuse(struct op *op, struct sim_answer *out, int64_t subcode, const char *message)
{
	sim_error_say(op, out, 400, 100, subcode, message);
	return false;
}

static const json_t *
component(const json_t *components, const char *type)
{
	for (size_t i = 0; i < json_array_size(components); i++)
		if (text_equal_nocase(json_str(json_array_get(components, i), "type"), type))
			return json_array_get(components, i);
	return NULL;
}

static bool
check_components(struct op *op, struct sim_answer *out, const json_t *body, const char *category)
{
	const json_t *part = component(json_object_get(body, "components"), "BODY");
	const char *text = json_str(part, "text");

	if (part == NULL)
		return refuse(op, out, 0, "(#100) Missing component of type BODY");
	if (text_empty(text) && !text_equal(category, "AUTHENTICATION"))
		return refuse(op, out, 0, "(#100) The component BODY needs a text");
	if (text != NULL && text_points(text) > BODY_POINTS)
		return refuse(op, out, 0,
			      "(#100) The text of the component BODY is longer than 1024 "
			      "characters");
	return true;
}

static bool
check_new(struct op *op, struct sim_answer *out, const json_t *body)
{
	static const char *const categories[] = { "AUTHENTICATION", "MARKETING", "UTILITY" };
	const char *name = json_str(body, "name"), *category = json_str(body, "category");

	if (text_empty(name) || strlen(name) > NAME_BYTES ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
		return refuse(op, out, 0, "(#100) Param name must match ^[a-z0-9_]{1,512}$");
	if (text_empty(json_str(body, "language")))
		return refuse(op, out, 0, "(#100) The parameter language is required.");
	if (category == NULL || !text_is_one_of(category, categories, ARRAY_LEN(categories)))
		return refuse(op, out, 0,
			      "(#100) Param category must be one of {AUTHENTICATION, MARKETING, "
			      "UTILITY}");
	return check_components(op, out, body, category);
}

static bool
body_of(struct op *op, struct sim_answer *out, json_t **body, struct bytes raw)
{
	if (json_read_loose(op, body, raw) == RC_OK && json_is_object(*body))
		return true;
	op_forgive(op);
	return refuse(op, out, 0, "(#100) Invalid parameter");
}

/* ---- calls ------------------------------------------------------------------------------- */

void
sim_template_create(struct op *op, struct sim_answer *out, const char *waba_id, struct bytes raw)
{
	const char *format;
	struct sim_template t;
	json_t *body = NULL, *answer = json_new(op);

	if (!body_of(op, out, &body, raw) || !check_new(op, out, body))
		return;
	format = json_str(body, "parameter_format");
	t = (struct sim_template){
		.waba_id = waba_id,
		.name = json_str(body, "name"),
		.language = json_str(body, "language"),
		.category = json_str(body, "category"),
		.status = "PENDING",
		.parameter_format = format == NULL ? "POSITIONAL" : format,
		.components = json_text(op, json_object_get(body, "components")),
	};
	switch (sim_template_add(op, &t)) {
	case SIM_TEMPLATE_TAKEN:
		(void)refuse(op, out, 2388024, "Content in This Language Already Exists");
		return;
	case SIM_TEMPLATE_FULL:
		sim_error(op, out, 80008, NULL);
		return;
	case SIM_TEMPLATE_ADDED:
		break;
	}
	sim_template_review(t.id);
	json_put(answer, "id", t.id);
	json_put(answer, "status", t.status);
	json_put(answer, "category", t.category);
	sim_answer_json(op, out, answer);
}

/* Only what is not under review can be edited, and of the approved not the category. */
static bool
may_edit(struct op *op, struct sim_answer *out, const struct sim_template *t, const json_t *body)
{
	const char *category = json_str(body, "category");

	if (text_equal(t->status, "PENDING"))
		return refuse(op, out, 2388025, "Message template under review can't be edited");
	if (category != NULL && text_equal(t->status, "APPROVED") &&
	    !text_equal(category, t->category))
		return refuse(op, out, 2388025,
			      "The category of an approved message template can't be changed");
	return json_object_get(body, "components") == NULL ||
	       check_components(op, out, body, category == NULL ? t->category : category);
}

void
sim_template_edit(struct op *op, struct sim_answer *out, const char *id, struct bytes raw)
{
	const json_t *components;
	struct sim_template t = { 0 };
	json_t *body = NULL;

	if (!body_of(op, out, &body, raw) || !sim_template_find(op, &t, id) ||
	    !may_edit(op, out, &t, body))
		return;
	components = json_object_get(body, "components");
	if (components != NULL)
		t.components = json_text(op, components);
	if (json_str(body, "category") != NULL)
		t.category = json_str(body, "category");
	t.status = "PENDING";
	t.reason = NULL;
	sim_template_put(&t);
	sim_template_review(id);
	sim_answer_success(out);
}

void
sim_template_delete(struct op *op, struct sim_answer *out, const char *waba_id,
		    const struct sim_request *request)
{
	const char *name = request->name;

	if (text_empty(name)) {
		(void)refuse(op, out, 0, "(#100) The parameter name is required.");
		return;
	}
	if (sim_template_drop(op, waba_id, name, request->hsm_id) == 0)
		(void)refuse(op, out, 0, "(#100) There is no message template of that name");
	else
		sim_answer_success(out);
}

/* ---- lists ------------------------------------------------------------------------------- */

const json_t *
sim_template_object(struct op *op, const struct sim_template *t)
{
	json_t *object = json_new(op), *quality = json_new(op);

	json_put(object, "name", t->name);
	json_put(object, "parameter_format", t->parameter_format);
	json_put_json(object, "components", t->components);
	json_put(object, "language", t->language);
	json_put(object, "status", t->status);
	json_put(object, "category", t->category);
	json_put(object, "rejected_reason", t->reason == NULL ? "NONE" : t->reason);
	json_put(quality, "score", "UNKNOWN");
	expect(json_object_set(object, "quality_score", quality) == 0);
	json_put(object, "id", t->id);
	return object;
}

static bool
fits(const char *wanted, const char *is)
{
	return text_empty(wanted) || text_equal(wanted, is);
}

static bool
is_listed(const struct sim_template *t, const struct sim_request *r)
{
	return fits(r->name, t->name) && fits(r->status, t->status) &&
	       fits(r->category, t->category) && fits(r->language, t->language);
}

static const char *
with_member(struct op *op, const char *query, const char *name, const char *value)
{
	if (text_empty(value))
		return query;
	return arena_printf(op->arena, "%s%s%s=%s", query, *query == '\0' ? "?" : "&", name,
			    text_urlencode(op->arena, value));
}

/* As Meta's: the query again, with the caller's token in it. */
static const char *
next_address(struct op *op, const char *waba_id, const struct sim_request *r, const char *after)
{
	const char *token = r->authorization != NULL && text_starts(r->authorization, "Bearer ")
				    ? r->authorization + strlen("Bearer ")
				    : r->token;
	const char *query = with_member(op, "", "access_token", token);

	query = with_member(op, query, "fields", r->fields);
	query = with_member(op, query, "name", r->name);
	query = with_member(op, query, "status", r->status);
	query = with_member(op, query, "category", r->category);
	query = with_member(op, query, "language", r->language);
	query = with_member(op, query, "limit", r->limit);
	query = with_member(op, query, "after", after);
	return arena_printf(op->arena, "https://graph.facebook.com/%s/%s/message_templates%s",
			    simulator_version(op, r->path), waba_id, query);
}

static const char *
cursor_of(struct op *op, size_t at)
{
	return text_base64(op->arena, bytes_of(arena_printf(op->arena, "%zu", at)));
}

static size_t
position_of(struct op *op, const char *cursor)
{
	struct bytes plain;
	int64_t at = 0;

	if (!text_empty(cursor) && text_unbase64(op->arena, cursor, &plain))
		(void)text_int(arena_dupn(op->arena, plain.p, plain.n), 0, INT32_MAX, &at);
	return (size_t)at;
}

/* A page in the making. */
struct listing {
	struct op *op;
	const struct sim_request *request;
	json_t *data;
	size_t skip, limit;
	bool more;
};

static void
see_template(void *arg, const struct sim_template *t)
{
	struct listing *l = arg;

	if (!is_listed(t, l->request))
		return;
	if (l->skip > 0)
		l->skip--;
	else if (json_array_size(l->data) == l->limit)
		l->more = true;
	else
		sim_array_add(l->data,
			      sim_fields(l->op, sim_template_object(l->op, t), l->request->fields));
}

void
sim_template_list(struct op *op, struct sim_answer *out, const char *waba_id,
		  const struct sim_request *request)
{
	json_t *root = json_new(op), *paging = json_new(op), *cursors = json_new(op);
	size_t from = position_of(op, request->after), n;
	struct listing listing = { op, request, json_new_array(op), from, 0, false };
	int64_t limit = PAGE;

	(void)text_int(request->limit, 1, PAGE_MAX, &limit);
	listing.limit = (size_t)limit;
	sim_template_walk(op, waba_id, see_template, &listing);
	n = json_array_size(listing.data);
	expect(json_object_set(root, "data", listing.data) == 0);
	if (n > 0) {
		json_put(cursors, "before", cursor_of(op, from));
		json_put(cursors, "after", cursor_of(op, from + n));
		expect(json_object_set(paging, "cursors", cursors) == 0);
		if (listing.more)
			json_put(paging, "next",
				 next_address(op, waba_id, request, cursor_of(op, from + n)));
		expect(json_object_set(root, "paging", paging) == 0);
	}
	sim_answer_json(op, out, root);
}
