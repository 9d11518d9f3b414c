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

static struct {
	pthread_mutex_t lock;
	struct {
		char account_id[ID_ROOM], day[DAY_ROOM];
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
recall(char day[DAY_ROOM], const char *account_id, struct instant now)
{
	size_t i = slot_of(account_id);
	bool fits;

	pthread_mutex_lock(&known.lock);
	fits = text_equal(known.slots[i].account_id, account_id) &&
	       now.ms >= known.slots[i].from_ms && now.ms < known.slots[i].until_ms;
	if (fits)
		memcpy(day, known.slots[i].day, DAY_ROOM);
	pthread_mutex_unlock(&known.lock);
	return fits;
}

static void
remember(const char *account_id, const char *day, struct instant now, int64_t local_ms)
{
	int64_t left = DAY_MS - local_ms % DAY_MS;
	size_t i = slot_of(account_id);

	if (strlen(account_id) >= ID_ROOM)
		return;
	pthread_mutex_lock(&known.lock);
	memcpy(known.slots[i].account_id, account_id, strlen(account_id) + 1);
	memcpy(known.slots[i].day, day, DAY_ROOM);
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

/* Without the account's zone the count still has to go somewhere: the day in UTC. */
static const char *
day_of(struct op *op, const char *account_id)
{
	char day[DAY_ROOM];
	const char *zone = "UTC", *text;
	struct instant local;

	if (recall(day, account_id, op->now))
		return arena_dup(op->arena, day);
	if (account_store_time_zone(op, &zone, account_id) != RC_OK)
		op_forgive(op);
	local = local_time(zone, op->now);
	text = local_day(op, local);
	remember(account_id, text, op->now, local.ms);
	return text;
}

void
count_add(struct op *op, struct batch *batch, const char *account_id, const char *what, int64_t n)
{
	count_store_add(batch, account_id, day_of(op, account_id), what, n);
}
