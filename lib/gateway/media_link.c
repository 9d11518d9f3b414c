/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_link - addresses of ours in place of the provider's
 *
 * Meta gives an address that is good for five minutes and needs Meta's token, which no customer
 * has. Ours is good for as long and needs none: it names key, instance, media and its last second,
 * and carries a tag that only this installation can make. Nothing is stored for it.
 */
#include "core/secret.h"
#include "core/settings.h"
#include "gateway/media_inside.h"
#include "store/api_key_store.h"
#include "store/instance_store.h"

/* As Meta's (developers.facebook.com/docs/whatsapp/cloud-api/reference/media). */
#define GOOD_FOR_S INT64_C(300)

static const char purpose[] = "media link";

enum { KEY, INSTANCE, MEDIA, LAST_SECOND, TAG, PARTS };

static struct bytes
tag_of(struct op *op, const char *text)
{
	unsigned char *tag = arena_alloc(op->arena, SHA256_LEN);

	secret_tag(purpose, text, tag);
	return bytes_slice(tag, SHA256_LEN);
}

const char *
media_link(struct op *op, const struct media *media)
{
	const char *base = settings()->web_url;
	int64_t last = op->now.ms / SECOND_MS + GOOD_FOR_S;
	size_t n = strlen(base);
	const char *text = arena_printf(op->arena, "%s.%s.%s.%lld", media->send.key->id,
					media->send.instance.id, media->id, (long long)last);

	while (n > 0 && base[n - 1] == '/')
		n--;
	return arena_printf(op->arena, "%.*s/media/%s.%s", (int)n, base, text,
			    text_hex(op->arena, tag_of(op, text)));
}

/* The parts of a token whose tag is right and whose time is not over. */
static bool
token_read(struct op *op, const char *parts[PARTS], const char *token)
{
	unsigned char given[SHA256_LEN];
	const char *dot = strrchr(token, '.'), **split;
	int64_t last;
	size_t n;

	if (dot == NULL || !text_unhex(dot + 1, given, sizeof(given)) ||
	    !secret_equal(tag_of(op, arena_dupn(op->arena, token, (size_t)(dot - token))),
			  bytes_slice(given, sizeof(given))))
		return false;
	split = text_split(op->arena, token, '.', &n);
	if (n != PARTS || !text_int(split[LAST_SECOND], 0, INT64_MAX / SECOND_MS, &last) ||
	    op->now.ms / SECOND_MS > last)
		return false;
	memcpy(parts, split, PARTS * sizeof(*parts));
	return true;
}

static enum rc
refuse(struct media *media)
{
	return send_refuse(media->work, REFUSAL_NOT_FOUND,
			   "This address is not, or no longer, good; ask for the media again to "
			   "get a new one");
}

/* The instance, and is the key still in force? RC_MISSING: no longer. */
static enum rc
find_owner(struct op *op, struct instance *out, const char *const parts[PARTS])
{
	struct instance instance = { 0 };
	struct api_key key = { 0 };

	TRY(instance_store_by_id(op, &instance, parts[INSTANCE]));
	op->account_id = instance.account_id;
	TRY(api_key_store_by_ref(op, &key, parts[KEY]));
	if (key.revoked_at.ms != 0 || (key.expires_at.ms != 0 && key.expires_at.ms <= op->now.ms))
		return RC_MISSING;
	*out = instance;
	return RC_OK;
}

enum rc
gateway_follow_media_link(struct op *op, struct media *media, const char *token)
{
	struct instance instance = { 0 };
	const char *parts[PARTS];
	enum rc rc;

	media->work = send_work_new(op, &media->send, SEND_NOW);
	if (!token_read(op, parts, token))
		return refuse(media);
	rc = find_owner(op, &instance, parts);
	if (rc == RC_MISSING)
		return refuse(media);
	TRY(rc);
	op->actor = arena_printf(op->arena, "key:%s", parts[KEY]);
	media->send.instance = instance;
	media->id = parts[MEDIA];
	return media_quota_take(op, media, parts[KEY]);
}
