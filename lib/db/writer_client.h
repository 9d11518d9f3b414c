/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_WRITER_CLIENT_H
#define DB_WRITER_CLIENT_H

#include "db/batch.h"

/*
 * This process's connection to the writer daemon. All of it is the leader's (commit_queue.h),
 * but client_reachable and client_ping.
 */

/* False when there certainly is no daemon: no socket, or nobody behind it. */
bool client_reachable(void);

/* One move: connect, send the next packet, or wait a short while for what is under way. */
void client_step(void);

/* Is a batch under way that somebody waits for? And one of those who wait, or NULL. */
bool client_busy(void);
struct waiter *client_waiter(void);

void client_close(void);

/* Ask on a connection of its own whether the writer answers within ms. */
bool client_ping(int64_t ms);

/* When it answered anything last, on clock_elapsed_us(); 0: never. */
int64_t client_answered_us(void);

#endif
