/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_share - who gets the free slots of a turn
 *
 * Each pool is dealt out evenly among the accounts that wait for some of it, and an account's part
 * evenly among its endpoints, so that neither an account with a hundred slow endpoints nor an
 * endpoint with a million waiting takes from the others. Whoever comes first changes from turn to
 * turn: it matters when there are fewer slots than accounts.
 */
#include "gateway/deliver_inside.h"

static size_t rotation;

static void
add_wish(struct turn *t, struct target *target, enum delivery_queue queue, bool is_one_of_two)
{
	bool late = target->slots->failing || queue == DELIVERY_AGAIN;

	if (target->due_at[queue].ms == 0)
		return;
	t->wishes[t->wish_count++] = (struct wish){
		.target = target,
		.queue = queue,
		.pool = late ? SLOTS_LATE : SLOTS_FIRST,
		.is_one_of_two = is_one_of_two,
		.claim = -1,
		.held = -1,
	};
}

/* An endpoint's room is for both of its queues; a single slot is for what has waited longest. */
static void
make_wishes(struct turn *t)
{
	for (size_t i = 0; i < t->target_count; i++) {
		struct target *target = &t->targets[i];
		int64_t first = target->due_at[DELIVERY_FIRST].ms;
		int64_t again = target->due_at[DELIVERY_AGAIN].ms;
		bool both = first != 0 && again != 0;

		target->room = slots_of_endpoint(target->slots);
		add_wish(t, target, again < first ? DELIVERY_AGAIN : DELIVERY_FIRST, both);
		add_wish(t, target, again < first ? DELIVERY_FIRST : DELIVERY_AGAIN, false);
	}
}

static struct wish *
wish_at(struct turn *t, size_t i)
{
	return &t->wishes[(rotation + i) % t->wish_count];
}

static bool
is_open(const struct wish *w, enum slot_pool pool)
{
	return w->pool == pool && !w->dealt;
}

/* Those of the same account that wait for the same pool, w among them. */
static size_t
companions(struct turn *t, const struct wish *w)
{
	size_t n = 0;

	for (size_t i = 0; i < t->wish_count; i++)
		n += is_open(&t->wishes[i], w->pool) &&
		     t->wishes[i].target->account == w->target->account;
	return n;
}

static size_t
count_accounts(struct turn *t, enum slot_pool pool)
{
	const struct holder *seen[DELIVER_WISHES];
	size_t n = 0;

	for (size_t i = 0; i < t->wish_count; i++) {
		const struct wish *w = &t->wishes[i];
		size_t j = 0;

		while (j < n && seen[j] != w->target->account)
			j++;
		if (is_open(w, pool) && j == n)
			seen[n++] = w->target->account;
	}
	return n;
}

/* An even part of what is left for so many; at least one while there is one. */
static int64_t
part(int64_t left, size_t of)
{
	int64_t share;

	expect(of > 0);
	share = left / (int64_t)of;
	return share == 0 && left > 0 ? 1 : share;
}

static void
give(struct wish *w, int64_t share)
{
	int64_t room = w->is_one_of_two ? (w->target->room + 1) / 2 : w->target->room;

	w->dealt = true;
	w->cut = share < room;
	w->share = share < room ? share : room;
	if (w->share < 0)
		w->share = 0;
	w->target->room -= w->share;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* slots: its part of what is free; most: what it may have at all. Returns how much was given. */
static int64_t
deal_to_account(struct turn *t, const struct wish *first, int64_t slots, int64_t most)
{
	const struct holder *account = first->target->account;
	enum slot_pool pool = first->pool;
	size_t waiting = companions(t, first);
	int64_t left = least(slots, most);

	slots = left;
	for (size_t i = 0; i < t->wish_count; i++) {
		struct wish *w = wish_at(t, i);

		if (!is_open(w, pool) || w->target->account != account)
			continue;
		give(w, least(part(left, waiting--),
			      slots_beside_others(w->target->slots, pool, most)));
		left -= w->share;
		most -= w->share;
	}
	return slots - left;
}

static void
deal(struct turn *t, enum slot_pool pool)
{
	size_t accounts = count_accounts(t, pool);
	int64_t free = slots_free(pool), dealt = 0;

	for (size_t i = 0; i < t->wish_count; i++) {
		const struct wish *w = wish_at(t, i);
		int64_t most, share;

		if (!is_open(w, pool))
			continue;
		most = slots_of_account(w->target->account, pool, dealt);
		share = part(free - dealt, accounts--);
		dealt += deal_to_account(t, w, share, most);
	}
}

void
deliver_share(struct turn *t)
{
	rotation++;
	make_wishes(t);
	deal(t, SLOTS_FIRST);
	deal(t, SLOTS_LATE);
}
