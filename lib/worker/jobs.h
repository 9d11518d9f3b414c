/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORKER_JOBS_H
#define WORKER_JOBS_H

#include "core/op.h"

/* What a job did: how much, and in how many milliseconds there is more (-1: unknown). */
struct progress {
	int64_t done, next_ms;
};

struct job {
	const char *name;
	enum rc (*run)(struct op *op, struct progress *out);
	int64_t every_ms; /* 0: in every turn */
	int64_t due_us;   /* of the next run; kept by the loop */
};

/* In the order of a turn; the last has no name. */
extern struct job worker_jobs[];

#endif
