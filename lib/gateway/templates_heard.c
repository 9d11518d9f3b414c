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

enum rc
apply_template(struct item *item)
{
	struct op *op = item->op;
	struct wa_template about = { 0 }, known = { 0 };
	enum template_news news = cloud_template_news(op, &about, item->happening);
	enum rc rc;

	if (news == NEWS_NONE || about.waba_id == NULL)
		return RC_OK;
	rc = template_store_get(op, &known, about.id);
	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	if (rc == RC_OK && complete(item, &about, news, &known))
		stores[news](item->batch, &about, op->now);
	else
		template_store_want(item->batch, about.waba_id, op->now, false);
	/* A change of texts may come with one of buttons, in other words than a list's. */
	if (news == NEWS_COMPONENTS)
		template_store_want(item->batch, about.waba_id, op->now, false);
	return RC_OK;
}
