/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media - files to and from WhatsApp
 *
 *	POST   /v1/wa/media                      api key    upload, proxy dialect
 *	GET    /v1/wa/media/:media_id            api key    the bytes
 *	POST   /vN.M/:phone_number_id/media      api key    upload, Graph dialect
 *	GET    /vN.M/:media_id                   api key    Meta's object, its url one of ours
 *	DELETE /vN.M/:media_id                   api key    removed at Meta
 *	GET    /media/:token                     bare       the bytes behind such a url
 *
 * A transfer keeps its thread, so this program has threads of its own ([web] media_threads); none
 * holds more of a file than a buffer.
 */
#include "site/media_answer.h"
#include "site/media_form.h"

static const char success[] = "{\"success\":true}";

static enum rc
receive(struct web *web, struct media *media)
{
	TRY(media_form_read(web, media));
	return gateway_upload_media(web->op, media);
}

static enum rc
post_media(struct web *web)
{
	struct media *media;
	enum rc rc = media_enter(web, &media, true);

	if (rc == RC_OK)
		rc = receive(web, media);
	return media_answer(web, media, rc,
			    arena_printf(web->op->arena, "{\"id\":\"%s\"}", media->id));
}

static enum rc
get_bytes(struct web *web)
{
	struct media *media;
	enum rc rc = media_enter(web, &media, false);

	if (rc == RC_OK)
		rc = gateway_fetch_media(web->op, media);
	return media_answer_bytes(web, media, rc);
}

static enum rc
get_object(struct web *web)
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

static enum rc
get_linked(struct web *web)
{
	struct media *media = arena_alloc(web->op->arena, sizeof(*media));
	enum rc rc;

	media->range = media_range(web);
	rc = gateway_follow_media_link(web->op, media, web_param(web, "token"));
	if (rc == RC_OK)
		rc = gateway_fetch_media(web->op, media);
	return media_answer_link(web, media, rc);
}

static const struct route routes[] = {
	{ "POST", "/v1/wa/media", GATE_KEY_SEND, NULL, post_media, MEDIA_BODY_MAX },
	{ "GET", "/v1/wa/media/:media_id", GATE_KEY_READ, NULL, get_bytes, 0 },
	{ "POST", "/vN.M/:phone_number_id/media", GATE_KEY_SEND, NULL, post_media, MEDIA_BODY_MAX },
	{ "GET", "/vN.M/:media_id", GATE_KEY_READ, NULL, get_object, 0 },
	{ "DELETE", "/vN.M/:media_id", GATE_KEY_SEND, NULL, delete_media, 0 },
	{ "GET", "/media/:token", GATE_BARE, NULL, get_linked, 0 },
};

int
main(int argc, char **argv)
{
	static const struct program program = { .name = "media", ROUTES(routes), .streams = true };

	return site_main(argc, argv, &program, true);
}
