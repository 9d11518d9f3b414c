/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_SQLITE_LOCK_H
#define DB_SQLITE_LOCK_H

#include "core/op.h"

/*
 * The write lock: one thread of one process on this host at a time opens, uses and closes a
 * writing connection, or checkpoints. A file in the run folder under flock(2), which the kernel
 * gives back when its holder dies, and a mutex for the threads of one process.
 */

/* Wait at most patience_ms; RC_BUSY with a sentence after it. */
MUST_CHECK enum rc lock_take(struct op *op, int64_t patience_ms);
void lock_give(void);

/* The lock that says "a writer daemon lives": held until the process ends. RC_BUSY with a
 * sentence when another has it for longer than patience_ms. Holds the process id, to be read. */
MUST_CHECK enum rc lock_be_writer(struct op *op, int64_t patience_ms);

/* Path of a file in the run folder, which is made when it is missing. */
const char *lock_run_path(struct op *op, const char *name);

#endif
