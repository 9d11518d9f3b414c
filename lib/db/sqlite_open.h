/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_SQLITE_OPEN_H
#define DB_SQLITE_OPEN_H

#include "core/op.h"

/* "waGt" in a database's header (PRAGMA application_id). */
enum { APPLICATION_ID = 0x77614774 };

/* The folder that the database file is in. */
const char *open_folder(struct op *op);

/* RC_BUSY with a sentence unless it is local and writable. */
MUST_CHECK enum rc open_check_folder(struct op *op);

#endif
