/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daily_count - which day it is for an account, and one more of something on it
 *
 * Every send and every status counts, so the day of an account is remembered for a minute instead
 * of being worked out from its time zone each time: a change of the zone shows within that minute.
 */
#include <pthread.h>

#include "gateway/daily_count.h"
#include "gateway/read_overview.h"
#include "store/account_store.h"
#include "store/count_store.h"

enum { SLOTS = 256, ID_ROOM = 40, DAY_ROOM = 11 };
#define KEPT_MS MINUTE_MS

struct days {
	char today[DAY_ROOM], tomorrow[DAY_ROOM];
};

static struct {
	pthread_mutex_t lock;
	struct {
		char account_id[ID_ROOM];
		struct days days;
		int64_t from_ms, until_ms;
	} slots[SLOTS];
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* FNV-1a; the ids are random enough for anything. */
static size_t
slot_of(const char *account_id)
{
	uint32_t hash = 2166136261U;

	for (const char *c = account_id; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619U;
	return hash % SLOTS;
}

static bool
recall(struct days *days, const char *account_id, struct instant now)
{
	size_t i = slot_of(account_id);
	bool fits;

	pthread_mutex_lock(&known.lock);
	fits = text_equal(known.slots[i].account_id, account_id) &&
	       now.ms >= known.slots[i].from_ms && now.ms < known.slots[i].until_ms;
	if (fits)
		*days = known.slots[i].days;
	pthread_mutex_unlock(&known.lock);
	return fits;
}

static void
remember(const char *account_id, const struct days *days, struct instant now, int64_t local_ms)
{
	int64_t left = DAY_MS - local_ms % DAY_MS;
	size_t i = slot_of(account_id);

	if (strlen(account_id) >= ID_ROOM)
		return;
	pthread_mutex_lock(&known.lock);
	memcpy(known.slots[i].account_id, account_id, strlen(account_id) + 1);
	known.slots[i].days = *days;
	known.slots[i].from_ms = now.ms;
	known.slots[i].until_ms = now.ms + (left < KEPT_MS ? left : KEPT_MS);
	pthread_mutex_unlock(&known.lock);
}

struct instant
local_time(const char *zone, struct instant at)
{
	int minutes;

	if (!clock_zone_offset(zone, at, &minutes))
		return at;
	return clock_after(at, minutes * MINUTE_MS);
}

const char *
local_day(struct op *op, struct instant local)
{
	return arena_dupn(op->arena, clock_rfc3339(op->arena, local), DAY_ROOM - 1);
}

struct instant
local_midnight(const char *zone, const char *day)
{
	struct instant as_utc = { 0 }, at;

	expect(clock_parse(day, &as_utc));
	at.ms = 2 * as_utc.ms - local_time(zone, as_utc).ms;
	/* The offset at that time, which another one may have followed by midnight in UTC. */
	return clock_after(as_utc, at.ms - local_time(zone, at).ms);
}

const char *
next_month(struct op *op, const char *day)
{
	enum { TO_DAY = 8 }; /* "2026-11-" */
	struct instant first = { 0 };

	expect(clock_parse(arena_printf(op->arena, "%.*s01", TO_DAY, day), &first));
	return arena_printf(op->arena, "%.*s01", TO_DAY,
			    local_day(op, clock_after(first, 31 * DAY_MS)));
}

static void
write_day(char out[DAY_ROOM], struct op *op, struct instant local)
{
	memcpy(out, local_day(op, local), DAY_ROOM);
}

/* Without the account's zone the count still has to go somewhere: the day in UTC. */
static struct days
days_of(struct op *op, const char *account_id)
{
	const char *zone = "UTC";
	struct days days;
	struct instant local;

	if (recall(&days, account_id, op->now))
		return days;
	if (account_store_time_zone(op, &zone, account_id) != RC_OK)
		op_forgive(op);
	local = local_time(zone, op->now);
	write_day(days.today, op, local);
	write_day(days.tomorrow, op, clock_after(local, DAY_MS));
	remember(account_id, &days, op->now, local.ms);
	return days;
}

struct use_day
account_day(struct op *op, const char *account_id)
{
	struct days days = days_of(op, account_id);

	return (struct use_day){ arena_dup(op->arena, days.today),
				 arena_dup(op->arena, days.tomorrow) };
}

void
count_add(struct op *op, struct batch *batch, const char *account_id, const char *what, int64_t n)
{
	count_store_add(batch, account_id, days_of(op, account_id).today, what, n);
}
