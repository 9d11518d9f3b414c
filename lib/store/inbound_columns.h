/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INBOUND_COLUMNS_H
#define STORE_INBOUND_COLUMNS_H

/* What inbound_shape reads. */
#define INBOUND_COLUMNS                                                                   \
	"id, account_id, instance_id, provider_id, sender, sender_user_id, sender_name, " \
	"type, text, reply_to, payload, opted_out, provider_at, received_at, possible_opt_out"

#endif
