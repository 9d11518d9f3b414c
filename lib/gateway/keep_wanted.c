/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep_wanted - from a message with a file to the row that has it fetched
 *
 * Part of the transaction that stores the message: what is forwarded with an address of ours has
 * its file on the way, however soon this process dies.
 */
#include "core/ids.h"
#include "core/settings.h"
#include "domain/media_kind.h"
#include "gateway/keep_inside.h"
#include "store/inbound_media_store.h"

void
media_want(struct op *op, struct batch *batch, const struct instance *instance,
	   const json_t *message, const char *inbound_id, struct instant at)
{
	struct message_media media;
	struct inbound_media row;

	if (!instance->fetch_media || !cloud_message_media(&media, message) ||
	    !media_is_id(media.id))
		return;
	row = (struct inbound_media){
		.id = id_new(op, "med"),
		.instance_id = instance->id,
		.inbound_id = inbound_id,
		.media_id = media.id,
		.mime_type = media_type_is_wellformed(media.mime_type) ? media.mime_type : NULL,
		.filename = media.filename,
		.sha256 = inbound_media_sha256(op->arena, media.sha256),
		.due_at = op->now,
		.keep_from = at,
	};
	inbound_media_store_insert(batch, &row);
	keep_note_wanted();
}

const char *
media_address(struct op *op, const struct instance *instance, const struct message_media *media)
{
	const char *base = settings()->web_url;
	size_t n = strlen(base);

	if (!media_is_id(media->id))
		return NULL;
	while (n > 0 && base[n - 1] == '/')
		n--;
	return arena_printf(
		op->arena, "%.*s/v1/wa/media/%s?phone_number_id=%s", (int)n, base, media->id,
		text_urlencode(op->arena,
			       instance->phone_number_id == NULL ? "" : instance->phone_number_id));
}
