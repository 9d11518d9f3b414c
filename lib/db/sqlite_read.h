/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_SQLITE_READ_H
#define DB_SQLITE_READ_H

#include "db/sqlite_conn.h"

/* The op's read connection, borrowed if need be, inside its snapshot. */
MUST_CHECK enum rc reader_of(struct op *op, struct conn **out);

/* Record what went wrong on it and throw it away: the next read begins with a fresh one. */
MUST_CHECK enum rc reader_fail(struct op *op, const char *what);

/* Close the idle ones. */
void reader_close_all(void);

#endif
