/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_SQLITE_WAL_H
#define DB_SQLITE_WAL_H

/*
 * The name of a VFS for a writing connection: SQLite writes a commit into the WAL in two pieces
 * a page; this one holds them back and writes them in a row, at the latest when SQLite syncs.
 *
 * Only for a connection with synchronous = FULL and cache_spill = OFF: then all that is written
 * to the WAL belongs to a commit, which ends by a sync before any other connection is told of it,
 * and nothing is held back between two transactions.
 */
const char *wal_vfs(void);

#endif
