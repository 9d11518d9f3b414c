/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_INLINE_COMMIT_H
#define DB_INLINE_COMMIT_H

/* The leader's move where no daemon writes: commit what is queued, here, under the write lock. */
void inline_step(void);

/* Close the writing connection, if there is one. */
void inline_close(void);

#endif
