/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_slots - who has how much under way
 *
 * A table of fixed size: whoever has nothing under way makes room when it is full. What is
 * forgotten that way is a slowdown's depth, not its end, which the endpoint's row keeps.
 */
#include "gateway/deliver_slots.h"

#include "core/settings.h"

enum {
	HOLDERS = 8192,
	BUCKETS = 4096,
	LATE_PART = 4 /* the part of all slots that later attempts have */
};

static struct {
	struct holder holders[HOLDERS];
	struct holder *buckets[BUCKETS];
	size_t used, hand; /* so many were ever taken; where the search for a free one goes on */
	int64_t under_way[SLOT_POOLS];
} slots;

/* FNV-1a. */
static struct holder **
bucket_of(const char *id)
{
	uint32_t hash = 2166136261;

	for (const char *c = id; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619;
	return &slots.buckets[hash % BUCKETS];
}

static bool
is_idle(const struct holder *h)
{
	return h->under_way[SLOTS_FIRST] == 0 && h->under_way[SLOTS_LATE] == 0;
}

static void
forget(struct holder *h)
{
	struct holder **at = bucket_of(h->id);

	while (*at != h) {
		expect(*at != NULL);
		at = &(*at)->next;
	}
	*at = h->next;
	*h = (struct holder){ .next = NULL };
}

/* There is always one: fewer are under way than the table holds. */
static struct holder *
find_room(void)
{
	struct holder *h;

	if (slots.used < HOLDERS)
		return &slots.holders[slots.used++];
	do {
		h = &slots.holders[slots.hand++ % HOLDERS];
	} while (!is_idle(h));
	forget(h);
	return h;
}

struct holder *
slots_holder(const char *id)
{
	struct holder **bucket = bucket_of(id), *h;

	for (h = *bucket; h != NULL; h = h->next)
		if (text_equal(h->id, id))
			return h;
	h = find_room();
	snprintf(h->id, sizeof(h->id), "%s", id);
	h->next = *bucket;
	*bucket = h;
	return h;
}

int64_t
slots_used(enum slot_pool pool)
{
	return slots.under_way[pool];
}

static int64_t
size_of(enum slot_pool pool)
{
	int64_t all = settings()->deliver_in_flight, late = all / LATE_PART;

	if (late == 0)
		late = 1;
	if (pool == SLOTS_LATE)
		return late;
	return all > late ? all - late : 1;
}

int64_t
slots_free(enum slot_pool pool)
{
	return size_of(pool) - slots.under_way[pool];
}

static void
count(struct holder *endpoint, struct holder *account, enum slot_pool pool, int64_t n)
{
	endpoint->under_way[pool] += n;
	account->under_way[pool] += n;
	slots.under_way[pool] += n;
}

void
slots_take(struct holder *endpoint, struct holder *account, enum slot_pool pool)
{
	count(endpoint, account, pool, 1);
}

void
slots_give(struct holder *endpoint, struct holder *account, enum slot_pool pool)
{
	count(endpoint, account, pool, -1);
}

int64_t
slots_of_endpoint(const struct holder *e)
{
	int64_t limit = slowdown_slots(&e->slowdown, settings()->deliver_endpoint_in_flight);

	return limit - e->under_way[SLOTS_FIRST] - e->under_way[SLOTS_LATE];
}

/* At least the first one while there is any. */
static int64_t
first_at_least(int64_t more, int64_t left, int64_t under_way)
{
	if (more <= 0 && left > 0 && under_way == 0)
		return 1;
	return more > 0 ? more : 0;
}

int64_t
slots_beside_others(const struct holder *e, enum slot_pool pool, int64_t left)
{
	return first_at_least((left - 2 * e->under_way[pool]) / 3, left, e->under_way[pool]);
}

int64_t
slots_of_account(const struct holder *account, enum slot_pool pool, int64_t claimed)
{
	int64_t left = slots_free(pool) - claimed;

	return first_at_least((2 * left - account->under_way[pool]) / 3, left,
			      account->under_way[pool]);
}
