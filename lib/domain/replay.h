/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_REPLAY_H
#define DOMAIN_REPLAY_H

#include "core/shape.h"

/*
 * A wish to deliver again what has ended. endpoint_id, instance_id: NULL for all of the account.
 * status: which deliveries, of those recorded from `since` (0: any) and before `until`. state:
 * running, done or stopped. found: how many there were when it was asked for, and with found_more
 * more than that; replayed: how many are due again by now.
 */
struct replay {
	const char *id, *account_id, *endpoint_id, *instance_id, *status, *state, *reached,
		*created_by;
	bool only_tests, found_more;
	int64_t found, replayed;
	struct instant since, until, created_at, done_at;
};
extern const struct shape replay_shape[];

/* failed, blocked, delivered or all, which are these three; what has not ended is no one's. */
bool replay_has_status(const char *word);
/* Does a delivery of that status belong to a replay of those? */
bool replay_takes(const char *wanted, const char *status);

#endif
