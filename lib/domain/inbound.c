/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbound - one message from a WhatsApp user
 *
 * The sender's number may be missing: people can write under a user id alone. Then the user id is
 * who they are, and everything that hangs on a person hangs on it.
 */
#include "core/json.h"
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
	SHAPE(struct inbound, possible_opt_out),
	SHAPE(struct inbound, provider_at),
	SHAPE(struct inbound, received_at),
	SHAPE_END,
};

json_t *
inbound_json(struct op *op, const struct inbound *inbound)
{
	json_t *object = json_new(op);

	json_put(object, "id", inbound->id);
	json_put(object, "message_id", inbound->provider_id);
	json_put(object, "instance_id", inbound->instance_id);
	json_put(object, "from",
		 inbound->sender == NULL ? NULL : arena_printf(op->arena, "+%s", inbound->sender));
	json_put(object, "from_user_id", inbound->sender_user_id);
	json_put(object, "from_name", inbound->sender_name);
	json_put(object, "type", inbound->type);
	json_put(object, "text", inbound->text);
	json_put(object, "reply_to", inbound->reply_to);
	json_put_bool(object, "opted_out", inbound->opted_out);
	json_put_bool(object, "possible_opt_out", inbound->possible_opt_out);
	json_put_json(object, "payload", inbound->payload);
	json_put_time(op, object, "sent_at", inbound->provider_at);
	json_put_time(op, object, "received_at", inbound->received_at);
	return object;
}
