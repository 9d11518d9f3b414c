/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep_settle - what becomes of a file's row after a try
 *
 * Only what is the file's own fault counts as a try. A number whose token is refused, or that is
 * asked too often, is left alone as a whole for a while, longer each time it goes on, and what
 * waits for it loses nothing; how long is kept in memory, since a new worker may well ask once.
 */
#include "gateway/keep_settle.h"

enum { HOLDS_MAX = 64, ID_ROOM = 64 };

#define HOLD_MS (30 * SECOND_MS)
#define HOLD_MAX_MS (10 * MINUTE_MS)

/* A number that is left alone. */
static struct hold {
	char instance_id[ID_ROOM];
	struct instant until;
	int64_t failures;
} holds[HOLDS_MAX];

static struct hold *
hold_of(const char *instance_id)
{
	for (size_t i = 0; i < HOLDS_MAX; i++)
		if (text_equal(holds[i].instance_id, instance_id))
			return &holds[i];
	return NULL;
}

/* For that instance; where there is no room, in place of the one that ends first. */
static struct hold *
hold_new(const char *instance_id)
{
	struct hold *hold = &holds[0];

	for (size_t i = 1; i < HOLDS_MAX; i++)
		if (holds[i].until.ms < hold->until.ms)
			hold = &holds[i];
	*hold = (struct hold){ .failures = 0 };
	snprintf(hold->instance_id, sizeof(hold->instance_id), "%s", instance_id);
	return hold;
}

static void
release(const char *instance_id)
{
	struct hold *hold = hold_of(instance_id);

	if (hold != NULL)
		*hold = (struct hold){ .failures = 0 };
}

/* Until when; what was under way when the first failed does not make it longer. */
static struct instant
hold_begin(const struct fetch *f, struct instant now)
{
	struct hold *hold = hold_of(f->row.instance_id);
	int64_t ms = HOLD_MS;

	if (hold == NULL)
		hold = hold_new(f->row.instance_id);
	if (hold->until.ms > now.ms)
		return hold->until;
	for (int64_t i = 0; i < hold->failures && ms < HOLD_MAX_MS; i++)
		ms *= 2;
	ms = ms < HOLD_MAX_MS ? ms : HOLD_MAX_MS;
	hold->failures++;
	ms = f->wait_ms > ms ? f->wait_ms : ms;
	hold->until = clock_after(now, ms < DAY_MS ? ms : DAY_MS);
	return hold->until;
}

struct instant
keep_rests_until(const char *instance_id)
{
	const struct hold *hold = hold_of(instance_id);

	return hold == NULL ? (struct instant){ 0 } : hold->until;
}

static void
try_again(struct inbound_media *row, const struct fetch *f, struct instant now)
{
	int64_t ms = inbound_media_retry_ms(++row->tries);

	if (ms < 0 || (f->end == FETCH_WRONG && row->tries >= INBOUND_MEDIA_MISMATCHES)) {
		row->state = "failed";
		return;
	}
	row->state = "waiting";
	row->due_at = clock_after(now, ms);
}

static void
put_off(struct inbound_media *row, struct instant until)
{
	row->state = "waiting";
	row->due_at = until;
}

struct inbound_media
keep_outcome(const struct fetch *f, struct instant now)
{
	struct inbound_media row = f->row;

	row.last_error = f->words;
	switch (f->end) {
	case FETCH_KEPT:
		row.state = "kept";
		release(row.instance_id);
		break;
	case FETCH_FAILED:
		row.state = "failed";
		break;
	case FETCH_GONE:
		row.state = "gone";
		break;
	case FETCH_WAIT:
		put_off(&row, hold_begin(f, now));
		break;
	case FETCH_ROOM:
		put_off(&row, clock_after(now, KEEP_ROOM_AGAIN_MS));
		break;
	case FETCH_AGAIN:
	case FETCH_WRONG:
		try_again(&row, f, now);
		break;
	}
	if (f->end != FETCH_KEPT) {
		row.hash = NULL;
		row.size = 0;
	}
	if (!text_equal(row.state, "waiting"))
		row.done_at = now;
	return row;
}
