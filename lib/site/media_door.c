/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_door - what is done at the addresses of media
 *
 * Whoever may not come in is told before anything of a body is read. Below a version one address
 * names media and every other object of the provider alike: what is known to be another object of
 * the account is answered as such, and the rest is media.
 */
#include "site/media_door.h"

#include "site/graph_object.h"
#include "site/media_answer.h"
#include "site/media_form.h"

static const char success[] = "{\"success\":true}";

static enum rc
receive(struct web *web, struct media *media)
{
	TRY(media_form_read(web, media));
	return gateway_upload_media(web->op, media);
}

enum rc
media_post(struct web *web)
{
	struct media *media;
	enum rc rc = media_enter(web, &media, true);

	if (rc == RC_OK)
		rc = receive(web, media);
	if (rc != RC_OK)
		return media_answer(web, media, rc, NULL);
	return media_answer(web, media, rc,
			    arena_printf(web->op->arena, "{\"id\":\"%s\"}", media->id));
}

enum rc
media_bytes(struct web *web)
{
	struct media *media;
	enum rc rc = media_enter(web, &media, false);

	if (rc == RC_OK)
		rc = gateway_fetch_media(web->op, media);
	return media_answer_bytes(web, media, rc);
}

static enum rc
show_media(struct web *web)
{
	struct media *media;
	enum rc rc = media_enter(web, &media, false);

	if (rc == RC_OK)
		rc = gateway_show_media(web->op, media);
	return media_answer(web, media, rc, NULL);
}

static enum rc
delete_media(struct web *web)
{
	struct media *media;
	enum rc rc = media_enter(web, &media, false);

	if (rc == RC_OK)
		rc = gateway_delete_media(web->op, media);
	return media_answer(web, media, rc, success);
}

/* An id may be a number's, a business account's or a template's; any other is media's. */
static enum rc
object_or(struct web *web, web_handler *media)
{
	return graph_object(web, web_param(web, "media_id"), media);
}

enum rc
media_object_get(struct web *web)
{
	return object_or(web, show_media);
}

enum rc
media_object_delete(struct web *web)
{
	return object_or(web, delete_media);
}

enum rc
media_object_post(struct web *web)
{
	return object_or(web, NULL);
}

enum rc
media_received(struct web *web)
{
	struct media *media = arena_alloc(web->op->arena, sizeof(*media));

	media->range = media_range(web);
	TRY(gateway_media_of_inbound(web->op, media, web_param(web, "id")));
	TRY(gateway_fetch_media(web->op, media));
	TRY(media_answer_bytes(web, media, RC_OK));
	media_answer_shown(web, media);
	return RC_OK;
}

enum rc
media_linked(struct web *web)
{
	struct media *media = arena_alloc(web->op->arena, sizeof(*media));
	enum rc rc;

	media->range = media_range(web);
	rc = gateway_follow_media_link(web->op, media, web_param(web, "token"));
	if (rc == RC_OK)
		rc = gateway_fetch_media(web->op, media);
	return media_answer_link(web, media, rc);
}
