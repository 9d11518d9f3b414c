/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_COMMIT_WAY_H
#define DB_COMMIT_WAY_H

#include <stdbool.h>

/* Does this process commit itself, or a daemon? Decided at the first call, for good: before
 * anything has been handed to either. */
bool way_is_inline(void);

/* Decide anew at the next call: the database was closed. */
void way_forget(void);

#endif
