/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_tally - how a turn's attempts went, one statement per endpoint
 *
 * Kept by the commit that records the attempts, so that a page that shows a rate counts nothing.
 */
#include "gateway/deliver_flight.h"
#include "store/endpoint_store.h"

enum { TALLIED_MAX = 512 };

static int
by_endpoint(const void *a, const void *b)
{
	const struct flight *const *one = a, *const *other = b;

	return strcmp((*one)->delivery.endpoint_id, (*other)->delivery.endpoint_id);
}

void
deliver_tally(struct batch *batch, const struct flight *settled, struct instant now)
{
	const struct flight *flights[TALLIED_MAX] = { NULL };
	size_t n = 0;

	for (const struct flight *f = settled; f != NULL && n < TALLIED_MAX; f = f->next)
		if (!f->unread)
			flights[n++] = f;
	qsort(flights, n, sizeof(flights[0]), by_endpoint);
	for (size_t i = 0, from = 0; i < n; from = i) {
		const char *id = flights[from]->delivery.endpoint_id;
		int64_t taken = 0;

		for (; i < n && text_equal(flights[i]->delivery.endpoint_id, id); i++)
			taken += text_equal(flights[i]->outcome.status, "delivered");
		endpoint_store_count_attempts(batch, id, now, taken, (int64_t)(i - from) - taken);
	}
}
