/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slowdown - how hard a receiver in trouble may be pressed
 *
 * One that is down gets a probe now and then instead of a queue's worth of time-outs, one that is
 * overloaded gets less until it copes, and both have everything back after a few successes: slots
 * grow as fast as answers come in.
 */
#include "domain/slowdown.h"

enum { FEWER = 4 };

int64_t
slowdown_slots(const struct slowdown *s, int64_t limit)
{
	return s->slots == 0 || s->slots > limit ? limit : s->slots;
}

/* 1, 2, 4, ... seconds. */
static int64_t
pause_of(int64_t probes)
{
	int64_t ms = SECOND_MS;

	for (int64_t i = 1; i < probes && ms < SLOWDOWN_PAUSE_MAX_MS; i++)
		ms *= 2;
	return ms < SLOWDOWN_PAUSE_MAX_MS ? ms : SLOWDOWN_PAUSE_MAX_MS;
}

void
slowdown_failed(struct slowdown *s, int64_t limit, struct instant started, struct instant now,
		uint32_t spread)
{
	int64_t slots = slowdown_slots(s, limit);

	if (started.ms <= s->changed_at.ms && s->changed_at.ms <= now.ms)
		return;
	s->changed_at = now;
	s->slots = slots / FEWER > 0 ? slots / FEWER : 1;
	if (slots > 1)
		return;
	s->probes++;
	s->until = clock_after(now, pause_of(s->probes) * (8000 + spread) / 10000);
}

void
slowdown_asked(struct slowdown *s, int64_t ms, struct instant now)
{
	struct instant until =
		clock_after(now, ms < SLOWDOWN_ASKED_MAX_MS ? ms : SLOWDOWN_ASKED_MAX_MS);

	if (until.ms > s->until.ms)
		s->until = until;
}

void
slowdown_succeeded(struct slowdown *s, int64_t limit)
{
	int64_t slots = slowdown_slots(s, limit) * 2;

	s->probes = 0;
	s->until.ms = 0;
	s->slots = slots < limit ? slots : 0;
}
