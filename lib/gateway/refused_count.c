/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refused_count - how many sends were refused before the guard looked at them
 *
 * Whoever has no key can make as many of these as the line carries, so they are added up in memory
 * and written once a second: at once where the last time is long ago, else by the loop's timer, in
 * a process that has one, or with the next. A process that is killed takes up to a second's counts
 * with it.
 */
#include "gateway/refused_count.h"

#include <pthread.h>

#include "core/log.h"
#include "db/db.h"
#include "gateway/engine.h"
#include "gateway/read_overview.h"

enum { SLOTS = 64, ID_ROOM = 40 };
#define PERIOD_MS SECOND_MS

/* Refusals of one account for one reason, since they were written last. */
struct tally {
	char account_id[ID_ROOM];
	enum refusal refusal;
	int64_t n;
};

static struct {
	pthread_mutex_t lock;
	struct tally tallies[SLOTS];
	size_t used;
	bool written; /* ever */
	int64_t written_us;
	bool timed; /* the timer will write */
} counts = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* With more accounts in a second than there are slots, the last slots are nobody's. */
static void
add(const char *account_id, enum refusal refusal)
{
	struct tally *tally = NULL;

	if (account_id == NULL || strlen(account_id) >= ID_ROOM ||
	    counts.used + REFUSAL_JSON >= SLOTS)
		account_id = "";
	for (size_t i = 0; i < counts.used && tally == NULL; i++)
		if (counts.tallies[i].refusal == refusal &&
		    text_equal(counts.tallies[i].account_id, account_id))
			tally = &counts.tallies[i];
	if (tally == NULL) {
		tally = &counts.tallies[counts.used++];
		*tally = (struct tally){ .refusal = refusal };
		memcpy(tally->account_id, account_id, strlen(account_id) + 1);
	}
	tally->n++;
}

/* Take all that is counted; the caller writes it. Gives their number. */
static size_t
take(struct tally taken[SLOTS])
{
	size_t n = counts.used;

	memcpy(taken, counts.tallies, n * sizeof(*taken));
	counts.used = 0;
	counts.written = true;
	counts.written_us = clock_elapsed_us();
	return n;
}

static void
note(struct op *op, struct batch *batch, enum rc rc, void *arg)
{
	(void)arg;
	if (rc != RC_OK)
		log_line(LOG_ERROR, "event=refused.uncounted rc=%s why=\"%s\"", rc_text(rc),
			 batch_why(batch));
	op_end(op);
}

static void
write_out(const struct tally *tallies, size_t n)
{
	struct op *op;
	struct batch *batch;

	if (n == 0)
		return;
	op = op_begin("refused");
	batch = batch_new(op);
	for (size_t i = 0; i < n; i++)
		count_add(op, batch, tallies[i].account_id,
			  arena_printf(op->arena, REFUSED_PREFIX "%s",
				       refusal_word(tallies[i].refusal)),
			  tallies[i].n);
	db_rest(op);
	if (gateway_has_timer())
		db_submit(op, batch, note, NULL);
	else
		note(op, batch, db_commit(op, batch), NULL);
}

static void
on_timer(void *arg)
{
	struct tally taken[SLOTS];
	size_t n;

	(void)arg;
	pthread_mutex_lock(&counts.lock);
	counts.timed = false;
	n = take(taken);
	pthread_mutex_unlock(&counts.lock);
	write_out(taken, n);
}

void
refused_count(const char *account_id, enum refusal refusal)
{
	struct tally taken[SLOTS];
	bool start_timer = false;
	size_t n = 0;

	expect(refusal > REFUSAL_NONE && refusal <= REFUSAL_JSON);
	pthread_mutex_lock(&counts.lock);
	add(account_id, refusal);
	if (!counts.written || clock_elapsed_us() - counts.written_us >= PERIOD_MS * 1000)
		n = take(taken);
	else if (!counts.timed && gateway_has_timer())
		start_timer = counts.timed = true;
	pthread_mutex_unlock(&counts.lock);
	gateway_before_stop(refused_count_flush);
	write_out(taken, n);
	if (start_timer)
		gateway_after(PERIOD_MS, on_timer, NULL);
}

void
refused_count_flush(void)
{
	on_timer(NULL);
}
