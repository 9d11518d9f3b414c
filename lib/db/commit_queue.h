/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_COMMIT_QUEUE_H
#define DB_COMMIT_QUEUE_H

#include "db/batch.h"

/*
 * Batches of this process on their way to a commit. Whoever waits for one and finds nobody
 * leading leads: takes what is queued to the writer (or commits it), settles it, and hands the
 * lead on when its own batch is done. Programs that submit without waiting have a thread that
 * leads for good. So a lone commit costs no switch between threads, and many are one packet.
 *
 * What follows is for the one that leads (writer_client.c, sqlite_inline.c).
 */

/* Take the first batches, at most max and, after the first, at most bytes in all. */
size_t queue_take(struct batch **out, size_t max, size_t bytes);

/* Certainly not committed: to the front again, in order. NULLs are skipped. */
void queue_put_back(struct batch *const *batches, size_t n);

/* Settled (batch_fail, batch_answer): tell those who wait. NULLs are skipped. */
void queue_finish(struct batch *const *batches, size_t n);

/* Settle what has waited too long. */
void queue_expire(void);

/* Stop the thread, drop the connection. Nothing may be under way. */
void queue_close(void);

#endif
