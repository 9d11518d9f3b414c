/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbound_media - a file that a person sent
 *
 * The provider keeps it for some days, so there is time to try again: quickly at first, for a
 * connection that broke, then once a day until it is certainly gone.
 */
#include "domain/inbound_media.h"

#include "domain/media_kind.h"

/* Meta has inbound files for 7 days
 * (developers.facebook.com/docs/whatsapp/cloud-api/reference/media). */
static const int64_t schedule[] = {
	10 * SECOND_MS, MINUTE_MS,    5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS,
	6 * HOUR_MS,    16 * HOUR_MS, DAY_MS,        DAY_MS,         DAY_MS,
	DAY_MS,         DAY_MS,       DAY_MS,
};

static const char *const shown[] = {
	"image/jpeg", "image/png", "image/webp", "image/gif", "audio/aac",  "audio/amr",
	"audio/mpeg", "audio/mp4", "audio/ogg",  "video/mp4", "video/3gpp",
};

const struct shape inbound_media_shape[] = {
	SHAPE(struct inbound_media, id),
	SHAPE_HIDDEN(struct inbound_media, account_id),
	SHAPE(struct inbound_media, instance_id),
	SHAPE(struct inbound_media, inbound_id),
	SHAPE(struct inbound_media, media_id),
	SHAPE(struct inbound_media, mime_type),
	SHAPE(struct inbound_media, filename),
	SHAPE(struct inbound_media, sha256),
	SHAPE(struct inbound_media, state),
	SHAPE_HIDDEN(struct inbound_media, lease_by),
	SHAPE(struct inbound_media, last_error),
	SHAPE(struct inbound_media, hash),
	SHAPE(struct inbound_media, tries),
	SHAPE(struct inbound_media, size),
	SHAPE(struct inbound_media, due_at),
	SHAPE_HIDDEN(struct inbound_media, lease_until),
	SHAPE(struct inbound_media, keep_from),
	SHAPE(struct inbound_media, done_at),
	SHAPE_END,
};

int64_t
inbound_media_retry_ms(int64_t tries)
{
	if (tries < 1 || tries > (int64_t)ARRAY_LEN(schedule))
		return -1;
	return schedule[tries - 1];
}

int64_t
inbound_media_limit(const char *mime_type, int64_t most)
{
	const struct media_kind *kind = mime_type == NULL ? NULL : media_kind_of(mime_type);

	return kind == NULL || most < kind->max_bytes ? most : kind->max_bytes;
}

const char *
inbound_media_sha256(struct arena *arena, const char *told)
{
	unsigned char raw[32];
	struct bytes decoded;

	if (told == NULL)
		return NULL;
	if (text_unhex(told, raw, sizeof(raw)))
		return text_lower(arena, told);
	if (strlen(told) == 44 && text_unbase64(arena, told, &decoded) && decoded.n == sizeof(raw))
		return text_hex(arena, decoded);
	return NULL;
}

bool
inbound_media_is_shown(const char *mime_type)
{
	for (size_t i = 0; mime_type != NULL && i < ARRAY_LEN(shown); i++) {
		size_t n = strlen(shown[i]);

		if (strncasecmp(mime_type, shown[i], n) == 0 &&
		    (mime_type[n] == '\0' || strchr("; ", mime_type[n]) != NULL))
			return true;
	}
	return false;
}
