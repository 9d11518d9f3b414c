/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_file - the file of a message from a person, as Meta writes it
 *
 * Apart from the calls about files, so that whoever only reads messages needs no calls out.
 */
#include "provider/provider.h"

bool
cloud_message_media(struct message_media *out, const json_t *message)
{
	static const char *const kinds[] = { "image", "video", "audio", "document", "sticker" };
	const json_t *content = cloud_content(message), *media = NULL;

	for (size_t i = 0; i < ARRAY_LEN(kinds) && !json_is_object(media); i++)
		media = json_object_get(content, kinds[i]);
	if (!json_is_object(media))
		return false;
	*out = (struct message_media){
		.id = json_str(media, "id"),
		.mime_type = json_str(media, "mime_type"),
		.sha256 = json_str(media, "sha256"),
		.caption = json_str(media, "caption"),
		.filename = json_str(media, "filename"),
	};
	return true;
}
