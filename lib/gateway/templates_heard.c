/* SPDX-License-Identifier: Apache-2.0 */
/*
 * templates_heard - what webhooks say about templates, in the store at once
 *
 * In the same transaction as the event that tells the customer. News of a template that is not
 * known here, or of an earlier moment than what is, change nothing by themselves: then the list
 * is read again, which is right whatever came late or got lost.
 */
#include "gateway/apply.h"
#include "store/template_store.h"

typedef void store_news(struct batch *batch, const struct wa_template *t, struct instant now);

static store_news *const stores[] = {
	[NEWS_STATUS] = template_store_status,
	[NEWS_QUALITY] = template_store_quality,
	[NEWS_CATEGORY] = template_store_recategorize,
	[NEWS_COMPONENTS] = template_store_components,
};

/* What is in the row already and what the news leave out. */
static bool
complete(struct item *item, struct wa_template *about, enum template_news news,
	 const struct wa_template *known)
{
	if (!text_equal(known->waba_id, about->waba_id) || known->as_of.ms > about->as_of.ms)
		return false;
	if (news == NEWS_CATEGORY && about->previous_category == NULL)
		about->previous_category = known->previous_category;
	if (news == NEWS_COMPONENTS)
		about->components =
			cloud_components_news(item->op, known->components, item->happening);
	return news != NEWS_COMPONENTS || about->components != NULL;
}

/* known NULL: it is not. */
static void
remember(struct item *item, struct wa_template *about, enum template_news news,
	 const struct wa_template *known)
{
	struct batch *batch = item->batch;

	if (known != NULL && complete(item, about, news, known))
		stores[news](batch, about, item->op->now);
	else
		template_store_want(batch, about->waba_id, item->op->now, false);
	/* A change of texts may come with one of buttons, in other words than a list's. */
	if (news == NEWS_COMPONENTS)
		template_store_want(batch, about->waba_id, item->op->now, false);
}

/* ---- the event --------------------------------------------------------------------------- */

static const char *const changes[] = {
	[NEWS_NONE] = "other",        [NEWS_STATUS] = "status",         [NEWS_QUALITY] = "quality",
	[NEWS_CATEGORY] = "category", [NEWS_COMPONENTS] = "components",
};

static const char *
either(const char *said, const char *known)
{
	return said != NULL ? said : known;
}

/* As it is now, as far as it is told or known here. */
static const char *
members_of(struct item *item, const struct wa_template *t, const struct wa_template *known,
	   enum template_news news)
{
	const json_t *value = item->happening->item;
	const char *pause = json_string_value(json_at(value, "other_info.title"));
	struct json_out out;

	json_out_init(&out, item->op->arena);
	json_out_open(&out, NULL);
	json_out_open(&out, "template");
	json_out_text(&out, "id", json_number_text(item->op, value, "message_template_id"));
	json_out_text(&out, "name", json_str(value, "message_template_name"));
	json_out_text(&out, "language", json_str(value, "message_template_language"));
	json_out_text(&out, "change", changes[news]);
	json_out_text(&out, "status", either(t->status, known->status));
	json_out_text(&out, "category", either(t->category, known->category));
	json_out_text(&out, "previous_category", t->previous_category);
	json_out_text(&out, "correct_category", t->correct_category);
	json_out_text(&out, "quality", either(t->quality, known->quality));
	json_out_text(&out, "reason", either(t->rejected_reason, pause));
	json_out_close(&out);
	json_out_close(&out);
	return json_out_end(&out);
}

enum rc
apply_template(struct item *item, struct event_draft *draft)
{
	struct op *op = item->op;
	struct wa_template about = { 0 }, said, known = { 0 };
	enum template_news news = cloud_template_news(op, &about, item->happening);
	enum rc rc = RC_MISSING;

	said = about;
	if (news != NEWS_NONE && about.waba_id != NULL)
		rc = template_store_get(op, &known, about.id);
	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	if (news != NEWS_NONE && about.waba_id != NULL)
		remember(item, &about, news, rc == RC_OK ? &known : NULL);
	draft->name = "template.status_updated";
	draft->members = members_of(item, &said, &known, news);
	return RC_OK;
}
