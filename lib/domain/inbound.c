/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbound - one message from a WhatsApp user
 *
 * The sender's number may be missing: people can write under a user id alone. Then the user id is
 * who they are, and everything that hangs on a person hangs on it.
 */
#include "domain/message.h"

const struct shape inbound_shape[] = {
	SHAPE(struct inbound, id),
	SHAPE_HIDDEN(struct inbound, account_id),
	SHAPE(struct inbound, instance_id),
	SHAPE(struct inbound, provider_id),
	SHAPE(struct inbound, sender),
	SHAPE(struct inbound, sender_user_id),
	SHAPE(struct inbound, sender_name),
	SHAPE(struct inbound, type),
	SHAPE(struct inbound, text),
	SHAPE(struct inbound, reply_to),
	SHAPE_AS_JSON(struct inbound, payload),
	SHAPE(struct inbound, opted_out),
	SHAPE(struct inbound, provider_at),
	SHAPE(struct inbound, received_at),
	SHAPE_END,
};
