/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DELIVER_SLOTS_H
#define GATEWAY_DELIVER_SLOTS_H

#include "domain/event.h"
#include "domain/slowdown.h"

/*
 * What is under way to whom, and how well it goes, in memory: a worker that starts anew learns it
 * again from the endpoints' rows. First attempts and everything else (later attempts, replays, all
 * that goes to an endpoint which is failing) have slots of their own, so that what is new never
 * waits behind what cannot be delivered.
 */
enum slot_pool { SLOTS_FIRST, SLOTS_LATE, SLOT_POOLS };

/* One endpoint or one account. */
struct holder {
	char id[64];
	struct holder *next; /* in its bucket */
	int64_t under_way[SLOT_POOLS];
	struct slowdown slowdown;         /* of an endpoint */
	struct instant updated_at;        /* of its row, when that was read last */
	bool failing;                     /* by its row, or by what has ended since */
	bool fell_short[DELIVERY_QUEUES]; /* the last claim found less than it had room for */
};

/* Never NULL; it stays where it is as long as something of it is under way. */
struct holder *slots_holder(const char *id);

/* Under way in all, by pool; and slots that are free. */
int64_t slots_used(enum slot_pool pool);
int64_t slots_free(enum slot_pool pool);

void slots_take(struct holder *endpoint, struct holder *account, enum slot_pool pool);
void slots_give(struct holder *endpoint, struct holder *account, enum slot_pool pool);

/* How many more may start to an endpoint, by its own limit and its slowdown alone. */
int64_t slots_of_endpoint(const struct holder *endpoint);
/* And when its account may have `left` more: half as many as it leaves the others, so that however
 * many endpoints of an account hang, the next one finds a slot. */
int64_t slots_beside_others(const struct holder *endpoint, enum slot_pool pool, int64_t left);
/* And of an account, when `claimed` of the pool's free slots are promised already: twice as many
 * as stay free, so that however many accounts are busy, the next one finds a slot. */
int64_t slots_of_account(const struct holder *account, enum slot_pool pool, int64_t claimed);

#endif
