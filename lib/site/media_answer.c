/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_answer - what a caller asks about media, and is told
 *
 * A file is somebody else's: it is given to be saved, never shown by a browser as if it were a page
 * of ours, and its type is taken over only where it can stand in a header.
 */
#include "site/media_answer.h"

#include "site/send_answer.h"
#include "web/byte_range.h"

enum { RANGE_MAX = 100, FILENAME_BYTES = 240 };

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

/* A file is somebody else's: neither it nor what it leads to runs as a page of ours. */
static void
set_caution(struct web *web)
{
	web_set(web, "Content-Disposition", "attachment");
	web_set(web, "Content-Security-Policy", "sandbox; default-src 'none'");
}

static void
answer_kept(struct web *web, struct media *media)
{
	struct media_kept *kept = &media->kept;
	struct byte_range range = byte_range_read(web->op->arena, media->range, kept->size);
	const char *type = kept->mime_type == NULL ? "application/octet-stream" : kept->mime_type;

	kept->at = range.at;
	kept->end = range.end;
	byte_range_reply(web, &range, kept->size, type, gateway_media_next, media);
}

enum rc
media_answer_bytes(struct web *web, struct media *media, enum rc rc)
{
	int64_t length = -1;

	if (rc != RC_OK)
		return answer_refusal(web, media, rc);
	set_caution(web);
	if (media->kept.is) {
		answer_kept(web, media);
		return RC_OK;
	}
	(void)text_int(net_header(&media->call, "content-length"), 0, INT64_MAX, &length);
	set_range(web, media);
	web_reply_from(web, media->call.status, type_of(media), length, gateway_media_next, media);
	return RC_OK;
}

/* As much of a name as may stand between quotes in a header: the rest is for filename*. */
static const char *
plain_name(struct arena *arena, const char *name)
{
	static const char kept[] = "0123456789_-. abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char *plain = arena_dupn(arena, name, strnlen(name, FILENAME_BYTES));

	for (char *c = plain; *c != '\0'; c++)
		if (strchr(kept, *c) == NULL)
			*c = '_';
	if (plain[0] == '.')
		plain[0] = '_';
	return plain;
}

/* RFC 6266: both forms, of which browsers take the second. */
static const char *
disposition(struct arena *arena, const char *how, const char *name)
{
	if (text_empty(name) || strlen(name) > FILENAME_BYTES)
		return how;
	return arena_printf(arena, "%s; filename=\"%s\"; filename*=UTF-8''%s", how,
			    plain_name(arena, name), text_urlencode(arena, name));
}

void
media_answer_shown(struct web *web, const struct media *media)
{
	const char *type = media->kept.is ? media->kept.mime_type : type_of(media);
	bool is_shown = inbound_media_is_shown(type);

	web_set(web, "Content-Disposition",
		disposition(web->op->arena, is_shown ? "inline" : "attachment", media->filename));
	web_set(web, "Cross-Origin-Resource-Policy", "same-origin");
	if (is_shown)
		web_set(web, "Content-Security-Policy",
			"sandbox; default-src 'none'; img-src 'self'; media-src 'self'; "
			"style-src 'unsafe-inline'");
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
