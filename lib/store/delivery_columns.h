/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DELIVERY_COLUMNS_H
#define STORE_DELIVERY_COLUMNS_H

/* What delivery_shape reads. A delivery that does not wait has no next attempt. */
#define DELIVERY_COLUMNS                                                                 \
	"id, account_id, event_id, event, endpoint_id, instance_id, lane, seq, status, " \
	"attempts, replayed_after, queue, "                                              \
	"CASE WHEN status = 'pending' THEN due_at END AS next_attempt_at, "              \
	"last_status, last_ms, last_error, lease_until, created_at, done_at"

#endif
