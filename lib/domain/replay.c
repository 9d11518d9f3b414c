/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay - which deliveries a wish to repeat them is about
 *
 * Only what has ended can be repeated: what waits or is under way arrives anyway. One that our own
 * guard has blocked is of another kind than one that the receiver did not take: what the guard
 * says is mended in other places.
 */
#include "domain/replay.h"

const struct shape replay_shape[] = {
	SHAPE(struct replay, id),
	SHAPE_HIDDEN(struct replay, account_id),
	SHAPE(struct replay, endpoint_id),
	SHAPE(struct replay, instance_id),
	SHAPE(struct replay, status),
	SHAPE(struct replay, since),
	SHAPE(struct replay, until),
	SHAPE(struct replay, state),
	SHAPE(struct replay, found),
	SHAPE(struct replay, found_more),
	SHAPE(struct replay, replayed),
	SHAPE_HIDDEN(struct replay, only_tests),
	SHAPE_HIDDEN(struct replay, reached),
	SHAPE_HIDDEN(struct replay, created_by),
	SHAPE(struct replay, created_at),
	SHAPE(struct replay, done_at),
	SHAPE_END,
};

static const char ended[] = "failed,blocked,delivered";

bool
replay_has_status(const char *word)
{
	return text_equal(word, "all") || text_list_has(ended, word);
}

bool
replay_takes(const char *wanted, const char *status)
{
	return text_equal(wanted, "all") ? text_list_has(ended, status)
					 : text_equal(wanted, status);
}
