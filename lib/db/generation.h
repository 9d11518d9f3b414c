/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_GENERATION_H
#define DB_GENERATION_H

#include "core/op.h"

/*
 * A number that all programs of a gateway share and that moves whenever something may have
 * changed that they keep in memory: 8 bytes in the run folder, mapped by each of them. It moves
 * after the commit and before anybody is answered, so that who has been told of a change finds
 * the number moved.
 */

/* Map it, making it where it is missing. RC_BUSY with a sentence. Idempotent. */
MUST_CHECK enum rc generation_open(struct op *op);
void generation_close(void);

/* 0 where it is not mapped: then nothing may be kept. */
uint64_t generation_now(void);
void generation_move(void);

#endif
