/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DELIVERY_WALK_H
#define STORE_DELIVERY_WALK_H

/* Parts of the statements that look for waiting deliveries; for the delivery stores alone. */

/* Steps from endpoint to endpoint along the index, however many rows each has. */
#define BUSY                                                                   \
	"WITH RECURSIVE busy (id, n) AS ("                                     \
	"SELECT (SELECT MIN(d.endpoint_id) FROM delivery d "                   \
	"WHERE d.status = 'pending' AND d.endpoint_id > $1), 1 "               \
	"UNION ALL SELECT (SELECT MIN(d.endpoint_id) FROM delivery d "         \
	"WHERE d.status = 'pending' AND d.endpoint_id > busy.id), busy.n + 1 " \
	"FROM busy WHERE busy.id IS NOT NULL AND busy.n <= $2) "

#define EARLIEST(queue)                                             \
	"CASE WHEN e.enabled = 1 OR e.deleted_at IS NOT NULL THEN " \
	"(SELECT MIN(d.due_at) FROM delivery d WHERE "              \
	"d.status = 'pending' AND d.endpoint_id = busy.id AND d.queue = " queue ") END"

/* The next so many of a queue of an endpoint that are due. */
#define WINDOW(limit)                                                                         \
	"FROM (SELECT d.id, d.lane, d.seq, d.instance_id, d.due_at, d.created_at, "           \
	"d.attempts, d.replayed_after "                                                       \
	"FROM delivery d WHERE d.endpoint_id = $1 AND d.status = 'pending' AND d.queue = $2 " \
	"AND d.due_at <= $3 ORDER BY d.due_at, d.id LIMIT " limit ") AS w "

/* Is its instance suspended? */
#define SUSPENDED                                                      \
	"EXISTS (SELECT 1 FROM instance i WHERE i.id = w.instance_id " \
	"AND i.suspended_at IS NOT NULL AND i.deleted_at IS NULL)"

#endif
