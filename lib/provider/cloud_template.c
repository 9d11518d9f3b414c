/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_template - message templates in Meta's words
 *
 * Reads the list of a business account, what a creation was answered, and the four webhooks that
 * tell of templates. Meta's ids of templates are numbers in webhooks and texts elsewhere; its
 * webhooks may spell a language "en-US" where its lists say "en_US", so a template is known by
 * its id alone.
 */
#include "provider/cloud_inside.h"

static const char template_fields[] =
	"?fields=id,name,language,status,category,quality_score,rejected_reason,"
	"previous_category,correct_category,parameter_format,components&limit=100";

void
cloud_templates_request(struct op *op, struct net_call *out, const struct credentials *credentials,
			const char *waba_id, const char *after)
{
	const char *query = arena_printf(op->arena, "%s%s%s", template_fields + 1,
					 after == NULL ? "" : "&after=",
					 after == NULL ? "" : text_urlencode(op->arena, after));
	struct manage_request request = {
		.method = "GET",
		.object = waba_id,
		.edge = "message_templates",
		.query = query,
	};

	cloud_manage_request(op, out, credentials, &request);
}

/* Meta says NONE, or nothing, where there is no reason. */
static const char *
reason_of(const json_t *item, const char *name)
{
	const char *reason = json_str(item, name);

	return text_empty(reason) || text_equal(reason, "NONE") ? NULL : reason;
}

static const char *
quality_of(const json_t *item)
{
	const json_t *score = json_object_get(item, "quality_score");

	return json_is_object(score) ? json_str(score, "score") : json_string_value(score);
}

static const char *
components_of(struct op *op, const json_t *item)
{
	const json_t *components = json_object_get(item, "components");

	return json_is_array(components) ? json_text(op, components) : NULL;
}

/* False: without what names a template or says what it may be used for. */
static bool
template_read(struct op *op, struct wa_template *out, const json_t *item)
{
	struct wa_template t = {
		.id = json_number_text(op, item, "id"),
		.name = json_str(item, "name"),
		.language = json_str(item, "language"),
		.category = json_str(item, "category"),
		.status = json_str(item, "status"),
		.quality = quality_of(item),
		.rejected_reason = reason_of(item, "rejected_reason"),
		.parameter_format = json_str(item, "parameter_format"),
		.components = components_of(op, item),
		.previous_category = json_str(item, "previous_category"),
		.correct_category = json_str(item, "correct_category"),
	};

	if (text_empty(t.id) || text_empty(t.name) || text_empty(t.language) ||
	    text_empty(t.category) || text_empty(t.status))
		return false;
	*out = t;
	return true;
}

void
cloud_templates_read(struct op *op, struct template_page *out, const struct net_call *call)
{
	struct template_page page = { .after = NULL };
	const json_t *data;
	struct wa_template *rows;
	size_t n = 0;

	cloud_manage_read(op, &page.result, call);
	data = json_object_get(page.result.tree, "data");
	if (page.result.done && !json_is_array(data)) {
		page.result.done = false;
		page.result.words = "Meta answered without a list of templates";
	}
	rows = arena_array(op->arena, json_array_size(data) + 1, sizeof(*rows));
	for (size_t i = 0; i < json_array_size(data); i++)
		n += template_read(op, &rows[n], json_array_get(data, i));
	page.templates = (struct list){ n, rows };
	if (json_at(page.result.tree, "paging.next") != NULL)
		page.after = json_string_value(json_at(page.result.tree, "paging.cursors.after"));
	*out = page;
}

bool
cloud_template_created(struct op *op, struct wa_template *out, const json_t *body,
		       const json_t *answer)
{
	const char *category = json_str(answer, "category"), *status = json_str(answer, "status");
	struct wa_template t = {
		.id = json_number_text(op, answer, "id"),
		.name = json_str(body, "name"),
		.language = json_str(body, "language"),
		.category = category != NULL ? category : json_str(body, "category"),
		.status = status != NULL ? status : "PENDING",
		.parameter_format = json_str(body, "parameter_format"),
		.components = components_of(op, body),
	};

	if (text_empty(t.id) || text_empty(t.name) || text_empty(t.language) ||
	    text_empty(t.category))
		return false;
	*out = t;
	return true;
}

/* ---- webhooks ---------------------------------------------------------------------------- */

static void
read_status(struct wa_template *about, const json_t *value)
{
	about->status = json_str(value, "event");
	about->category = json_str(value, "message_template_category");
	about->rejected_reason = reason_of(value, "reason");
}

static void
read_quality(struct wa_template *about, const json_t *value)
{
	about->quality = json_str(value, "new_quality_score");
}

/* A day ahead new_category is still the one in force, and correct_category what it will be. */
static void
read_category(struct wa_template *about, const json_t *value)
{
	about->category = json_str(value, "new_category");
	about->previous_category = json_str(value, "previous_category");
	about->correct_category = json_str(value, "correct_category");
}

static void
read_components(struct wa_template *about, const json_t *value)
{
	about->components = json_str(value, "message_template_element");
}

/* What each must have beside the id. */
static const struct {
	const char *field;
	enum template_news news;
	void (*read)(struct wa_template *about, const json_t *value);
	size_t needs;
} kinds[] = {
	{ "message_template_status_update", NEWS_STATUS, read_status,
	  offsetof(struct wa_template, status) },
	{ "message_template_quality_update", NEWS_QUALITY, read_quality,
	  offsetof(struct wa_template, quality) },
	{ "template_category_update", NEWS_CATEGORY, read_category,
	  offsetof(struct wa_template, category) },
	{ "message_template_components_update", NEWS_COMPONENTS, read_components,
	  offsetof(struct wa_template, components) },
};

/* The last millisecond of Meta's second: what happened within it is not older than what we did. */
static struct instant
time_of(struct op *op, struct bytes raw)
{
	int64_t seconds = 0;

	if (!text_int(arena_dupn(op->arena, raw.p, raw.n), 1, UINT32_MAX, &seconds))
		return op->now;
	return clock_after(clock_from_seconds(seconds), SECOND_MS - 1);
}

enum template_news
cloud_template_news(struct op *op, struct wa_template *about, const struct happening *h)
{
	struct wa_template t = {
		.id = json_number_text(op, h->item, "message_template_id"),
		.name = json_str(h->item, "message_template_name"),
		.language = json_str(h->item, "message_template_language"),
		.waba_id = h->entry_id,
		.as_of = time_of(op, h->entry_time_raw),
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!text_equal(h->field, kinds[i].field))
			continue;
		kinds[i].read(&t, h->item);
		if (text_empty(t.id) ||
		    text_empty(*(const char *const *)((const char *)&t + kinds[i].needs)))
			return NEWS_NONE;
		*about = t;
		return kinds[i].news;
	}
	return NEWS_NONE;
}

static void
set_text(json_t *components, const char *type, const char *text)
{
	for (size_t i = 0; text != NULL && i < json_array_size(components); i++) {
		json_t *one = json_array_get(components, i);

		if (text_equal_nocase(json_str(one, "type"), type))
			json_put(one, "text", text);
	}
}

const char *
cloud_components_news(struct op *op, const char *components, const struct happening *h)
{
	json_t *root = NULL;

	if (components == NULL || json_read_loose(op, &root, bytes_of(components)) != RC_OK ||
	    !json_is_array(root)) {
		op_forgive(op);
		return NULL;
	}
	set_text(root, "HEADER", json_str(h->item, "message_template_title"));
	set_text(root, "BODY", json_str(h->item, "message_template_element"));
	set_text(root, "FOOTER", json_str(h->item, "message_template_footer"));
	return json_text(op, root);
}
