/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CATALOG_H
#define STORE_CATALOG_H

#include "db/db.h"

/*
 * Every statement and migration of the product, for db_open, db_migrate and the writer.
 *
 * All of store/: a read is one statement and returns its rc; a write appends one statement to the
 * caller's batch. Lists are keyset-paged, newest first: before is the id of the last row of the
 * page before (NULL: the first page), limit the most rows wanted.
 */
extern const struct catalog store_catalog;

#endif
