/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_STMT_TABLE_H
#define DB_STMT_TABLE_H

#include "core/text.h"
#include "db/db.h"

/*
 * The catalog of this process with its statements numbered: numbers travel to the writer and
 * index the prepared statements of a connection. Loaded once, before threads; then constant.
 */
void stmt_table_load(const struct catalog *catalog);
void stmt_table_drop(void);

size_t stmt_table_size(void);
const struct stmt *stmt_table_at(size_t number);

/* bug() when the statement is not in the catalog. Found by name. */
size_t stmt_table_number(const struct stmt *stmt);

/* The highest $n in its text: how many values it takes, $1 of the account included. */
size_t stmt_table_params(size_t number);

/* bug() unless a caller with n binds fits the statement's scope and text. */
void stmt_table_check(const struct op *op, size_t number, size_t n);

/* SHA-256 over names, scopes and texts: two processes with the same one number alike. */
void stmt_table_fingerprint(unsigned char out[32]);

/* The number of the newest migration. */
int64_t stmt_table_schema(void);

#endif
