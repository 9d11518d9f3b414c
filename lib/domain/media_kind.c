/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_kind - kinds of media, their types and their sizes
 *
 * Images, audio and video are what Meta lists and nothing else; documents of other types than the
 * listed ones are accepted by Meta in practice, so every other type is a document here.
 */
#include "domain/media_kind.h"

#include <string.h>

#include "core/text.h"

enum { TYPE_MAX = 127, ID_MAX = 64 };

static const struct media_kind audio = { "audio", 16 << 20 }, image = { "image", 5 << 20 },
			       video = { "video", 16 << 20 }, sticker = { "sticker", 500 << 10 },
			       document = { "document", MEDIA_BYTES_MAX };

static const struct {
	const char *type;
	const struct media_kind *kind;
} types[] = {
	{ "audio/aac", &audio },    { "audio/amr", &audio }, { "audio/mpeg", &audio },
	{ "audio/mp4", &audio },    { "audio/ogg", &audio }, { "image/jpeg", &image },
	{ "image/png", &image },    { "video/mp4", &video }, { "video/3gpp", &video },
	{ "image/webp", &sticker },
};

const char media_types[] = "image/jpeg, image/png, image/webp, audio/aac, audio/amr, audio/mpeg, "
			   "audio/mp4, audio/ogg, video/mp4, video/3gpp";

/* Is it the type, whatever parameters follow? */
static bool
is_type(const char *text, const char *type)
{
	size_t n = strlen(type);

	return strncasecmp(text, type, n) == 0 && (text[n] == '\0' || strchr("; \t", text[n]));
}

static bool
begins(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

const struct media_kind *
media_kind_of(const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (is_type(type, types[i].type))
			return types[i].kind;
	if (begins(type, "image/") || begins(type, "audio/") || begins(type, "video/"))
		return NULL;
	return &document;
}

bool
media_type_is_wellformed(const char *type)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = type == NULL ? 0 : strspn(type, token), sub;

	if (n == 0 || type[n] != '/' || strlen(type) > TYPE_MAX)
		return false;
	sub = strspn(type + n + 1, token);
	if (sub == 0)
		return false;
	for (const char *p = type + n + 1 + sub; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			return false;
	return type[n + 1 + sub] == '\0' || strchr("; ", type[n + 1 + sub]) != NULL;
}

bool
media_is_id(const char *id)
{
	static const char allowed[] = "0123456789_-abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return !text_empty(id) && strlen(id) <= ID_MAX && strspn(id, allowed) == strlen(id);
}
