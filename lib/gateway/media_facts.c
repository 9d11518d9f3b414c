/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_facts - what is known of the file of a message, without asking anybody for it
 *
 * The message itself names it; whether it is on its way or kept stands in a row, if anybody wanted
 * it. Apart from what calls out, so that pages need not be able to.
 */
#include "gateway/media_facts.h"
#include "domain/media_kind.h"
#include "store/inbound_media_store.h"

enum rc
media_of_message(struct op *op, struct message_media *out, const struct inbound *inbound)
{
	json_t *message;

	TRY(json_read_loose(op, &message, bytes_of(inbound->payload)));
	return cloud_message_media(out, message) && media_is_id(out->id) ? RC_OK : RC_MISSING;
}

enum rc
gateway_media_facts(struct op *op, struct media_facts *out, const struct inbound *inbound)
{
	struct inbound_media row = { 0 };
	struct message_media media;
	enum rc rc;

	TRY(media_of_message(op, &media, inbound));
	rc = inbound_media_store_of(op, &row, inbound->id);
	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	*out = (struct media_facts){
		.media_id = media.id,
		.mime_type = row.mime_type != NULL ? row.mime_type : media.mime_type,
		.filename = media.filename,
		.state = row.state,
		.last_error = row.last_error,
		.size = row.size,
	};
	return RC_OK;
}
