/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_MEDIA_FACTS_H
#define GATEWAY_MEDIA_FACTS_H

#include "domain/message.h"
#include "provider/provider.h"

/* What came of the file of a message, for pages; in the op's account. RC_MISSING: it has none. */
struct media_facts {
	const char *media_id, *mime_type, *filename;
	const char *state;      /* of struct inbound_media; NULL: nobody asked for it */
	const char *last_error; /* why it is not here (yet), or NULL */
	int64_t size;           /* bytes; 0: not known */
};
MUST_CHECK enum rc
gateway_media_facts(struct op *op, struct media_facts *out, const struct inbound *inbound);

/* What the message itself says of it; RC_MISSING: nothing that can be asked for. */
MUST_CHECK enum rc
media_of_message(struct op *op, struct message_media *out, const struct inbound *inbound);

#endif
