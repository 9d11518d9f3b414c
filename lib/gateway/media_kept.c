/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_kept - files of messages from people, from this gateway's own disk
 *
 * Whatever may be asked of the provider about a file is answered from here when it is kept, so that
 * it can still be had when the provider has it no longer, or the number is not connected. A file
 * that is missing though its row is there is asked for as if it had never been kept.
 */
#include <unistd.h>

#include "core/secret.h"
#include "gateway/keep_folder.h"
#include "gateway/media_facts.h"
#include "gateway/media_inside.h"
#include "gateway/receive.h"
#include "store/inbound_media_store.h"
#include "store/instance_store.h"

enum rc
media_find_kept(struct op *op, struct media *media)
{
	struct inbound_media row = { 0 };
	struct media_kept kept = { .is = true };

	if (media->send.simulated || !media_is_id(media->id))
		return RC_MISSING;
	TRY(inbound_media_store_kept(op, &row, media->send.instance.id, media->id));
	TRY(keep_folder_open(op, &kept.fd, &kept.size, row.hash));
	kept.end = kept.size;
	kept.mime_type = row.mime_type;
	media->kept = kept;
	media->object = (struct media_object){
		.id = row.media_id,
		.mime_type = row.mime_type,
		.sha256 = row.hash,
	};
	db_rest(op);
	return RC_OK;
}

void
media_tell_kept(struct op *op, struct media *media)
{
	struct json_out out;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_text(&out, "messaging_product", "whatsapp");
	json_out_text(&out, "url", media_link(op, media));
	json_out_text(&out, "mime_type", media->object.mime_type);
	json_out_text(&out, "sha256", media->object.sha256);
	json_out_int(&out, "file_size", media->kept.size);
	json_out_text(&out, "id", media->object.id);
	json_out_close(&out);
	media->send.provider_answer = bytes_of(json_out_end(&out));
}

enum rc
gateway_media_of_inbound(struct op *op, struct media *media, const char *inbound_id)
{
	struct inbound inbound = { 0 };
	struct message_media of;

	media->work = send_work_new(op, &media->send, SEND_NOW);
	TRY(gateway_find_inbound(op, &inbound, inbound_id));
	TRY(media_of_message(op, &of, &inbound));
	TRY(instance_store_by_id(op, &media->send.instance, inbound.instance_id));
	media->id = of.id;
	media->filename = of.filename;
	return RC_OK;
}
