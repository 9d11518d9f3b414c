/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_answer - what a caller asks about media, and is told
 *
 * A file is somebody else's: it is given to be saved, never shown by a browser as if it were a page
 * of ours, and its type is taken over only where it can stand in a header.
 */
#include "site/media_answer.h"

#include "site/send_answer.h"

enum { RANGE_MAX = 100 };

enum rc
media_enter(struct web *web, struct media **out, bool upload)
{
	struct media *media = arena_alloc(web->op->arena, sizeof(*media));
	enum dialect dialect = site_dialect(web->path);
	bool in_path = dialect == DIALECT_GRAPH && upload;

	media->send = (struct send){
		.dialect = dialect,
		.source = dialect == DIALECT_GRAPH ? "graph" : "proxy",
		.key = site_key(web),
		.caller = site_caller(web),
		.phone_number_id = in_path ? web_param(web, "phone_number_id")
					   : web_query(web, "phone_number_id"),
	};
	if (!upload)
		media->id = web_param(web, "media_id");
	media->range = media_range(web);
	*out = media;
	return gateway_admit_media(web->op, media, upload);
}

const char *
media_range(struct web *web)
{
	const char *range = web_header_in(web, "Range");

	if (range == NULL || strlen(range) > RANGE_MAX || !text_starts(range, "bytes=") ||
	    strspn(range + 6, "0123456789-, ") != strlen(range + 6))
		return NULL;
	return range;
}

/* A refusal in its dialect; what is none is the site's to answer. */
static enum rc
answer_refusal(struct web *web, const struct media *media, enum rc rc)
{
	return media->send.refusal == REFUSAL_NONE ? rc : send_answer(web, &media->send);
}

enum rc
media_answer(struct web *web, const struct media *media, enum rc rc, const char *own)
{
	struct bytes answer = media->send.provider_answer;

	if (rc != RC_OK)
		return answer_refusal(web, media, rc);
	return send_answer_meta(web, &media->send, 200, answer.n > 0 ? answer : bytes_of(own));
}

static const char *
type_of(const struct media *media)
{
	const char *type = net_header(&media->call, "content-type");

	if (!media_type_is_wellformed(type))
		type = media->object.mime_type;
	return media_type_is_wellformed(type) ? type : "application/octet-stream";
}

/* "bytes 0-99/1234" of a part; nothing else passes. */
static void
set_range(struct web *web, const struct media *media)
{
	const char *range = net_header(&media->call, "content-range");

	if (range != NULL && strlen(range) <= RANGE_MAX && text_starts(range, "bytes ") &&
	    strspn(range + 6, "0123456789-/*") == strlen(range + 6))
		web_set(web, "Content-Range", range);
}

enum rc
media_answer_bytes(struct web *web, struct media *media, enum rc rc)
{
	int64_t length = -1;

	if (rc != RC_OK)
		return answer_refusal(web, media, rc);
	(void)text_int(net_header(&media->call, "content-length"), 0, INT64_MAX, &length);
	set_range(web, media);
	web_set(web, "Content-Disposition", "attachment");
	web_set(web, "Content-Security-Policy", "sandbox; default-src 'none'");
	web_reply_from(web, media->call.status, type_of(media), length, gateway_media_next, media);
	return RC_OK;
}

enum rc
media_answer_link(struct web *web, struct media *media, enum rc rc)
{
	if (media->send.refusal != REFUSAL_PROVIDER || media->send.provider_status < 400 ||
	    media->send.provider_status >= 500)
		return media_answer_bytes(web, media, rc);
	return site_refuse(web, media->send.dialect, REFUSAL_NOT_FOUND, web->op->why, NULL, NULL,
			   NULL);
}
