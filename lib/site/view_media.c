/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_media - a file that a person sent, on a page
 *
 * What is kept here is shown; what is not may still be with the provider, and is shown as long as
 * that is likely. Only what a browser can run nothing of is shown at all.
 */
#include "site/view_media.h"

#include "domain/inbound_media.h"
#include "gateway/media_facts.h"

/* Meta has inbound files for 7 days
 * (developers.facebook.com/docs/whatsapp/cloud-api/reference/media). */
#define PROVIDER_HAS_MS (7 * DAY_MS)

const struct shape media_view_shape[] = {
	SHAPE(struct media_view, url),
	SHAPE(struct media_view, type),
	SHAPE(struct media_view, size),
	SHAPE(struct media_view, name),
	SHAPE(struct media_view, note),
	SHAPE(struct media_view, is_image),
	SHAPE(struct media_view, is_film),
	SHAPE(struct media_view, is_sound),
	SHAPE_END,
};

/* "48 KB", "1.3 MB": powers of 1000, as file managers have them; NULL of nothing. */
static const char *
view_size(struct op *op, int64_t bytes)
{
	if (bytes == 0)
		return NULL;
	if (bytes < 1000)
		return arena_printf(op->arena, "%lld bytes", (long long)bytes);
	if (bytes < 1000 * 1000)
		return arena_printf(op->arena, "%lld KB", (long long)(bytes + 500) / 1000);
	return arena_printf(op->arena, "%.1f MB", (double)bytes / 1e6);
}

static const char *
note_of(struct op *op, const struct media_facts *facts, bool may_be_there)
{
	if (text_equal(facts->state, "kept"))
		return NULL;
	if (text_equal(facts->state, "gone"))
		return "WhatsApp has this file no longer.";
	if (text_equal(facts->state, "failed"))
		return arena_printf(op->arena, "This file could not be fetched: %s",
				    facts->last_error);
	if (facts->state == NULL)
		return may_be_there ? NULL
				    : "WhatsApp keeps files for about a week; this one was not "
				      "fetched.";
	if (facts->last_error == NULL)
		return "This file is being fetched.";
	return arena_printf(op->arena, "This file is fetched as soon as possible. Last try: %s",
			    facts->last_error);
}

enum rc
view_media(struct web *web, const struct media_view **out, const struct inbound *inbound)
{
	struct op *op = web->op;
	struct media_view *view = arena_alloc(op->arena, sizeof(*view));
	bool fresh = op->now.ms - inbound->received_at.ms < PROVIDER_HAS_MS;
	struct media_facts facts = { .media_id = NULL };
	enum rc rc = gateway_media_facts(op, &facts, inbound);
	bool is_shown;

	*out = NULL;
	if (rc == RC_MISSING)
		return RC_OK;
	TRY(rc);
	if (!text_equal(facts.state, "kept") &&
	    (!fresh || text_equal(facts.state, "gone") || text_equal(facts.state, "failed")))
		view->url = NULL;
	else
		view->url = arena_printf(op->arena, "/media/inbound/%s", inbound->id);
	is_shown = view->url != NULL && inbound_media_is_shown(facts.mime_type);
	view->type = facts.mime_type;
	view->size = view_size(op, facts.size);
	view->name = facts.filename;
	view->note = note_of(op, &facts, fresh);
	view->is_image = is_shown && text_starts(facts.mime_type, "image/");
	view->is_film = is_shown && text_starts(facts.mime_type, "video/");
	view->is_sound = is_shown && text_starts(facts.mime_type, "audio/");
	*out = view;
	return RC_OK;
}
