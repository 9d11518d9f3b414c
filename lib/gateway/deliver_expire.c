/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_expire - what waits for a disabled endpoint does not wait for ever
 *
 * Whoever enables the endpoint again gets what has waited for no longer than the schedule would
 * have gone on; what is older is news of another week, and is sent when somebody asks for it.
 */
#include "gateway/deliver.h"
#include "store/delivery_store.h"

enum { LOOK_MAX = 10000, PORTION = 300 };

static const char too_long[] = "the endpoint was disabled for as long as it would have been tried";

/* One portion; *n counts. */
static enum rc
expire_some(struct op *op, const char *endpoint_id, enum delivery_queue queue, int64_t *n)
{
	struct batch *batch = batch_new(op);
	int index = delivery_store_expire(batch, endpoint_id, queue,
					  clock_after(op->now, -RETRY_TOTAL_MS), op->now, too_long,
					  PORTION);

	TRY(db_commit(op, batch));
	*n += (int64_t)batch_count(batch, index);
	return RC_OK;
}

enum rc
gateway_expire_deliveries(struct op *op, int64_t *n)
{
	const struct waiting_id *rows;
	struct list disabled;
	int64_t expired = 0;

	TRY(delivery_store_disabled(op, &disabled, LOOK_MAX));
	rows = disabled.rows;
	for (size_t i = 0; i < disabled.n; i++)
		for (int queue = 0; queue < DELIVERY_QUEUES; queue++)
			TRY(expire_some(op, rows[i].id, (enum delivery_queue)queue, &expired));
	*n = expired;
	return RC_OK;
}
