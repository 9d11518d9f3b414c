/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_KEYWORD_STORE_H
#define STORE_KEYWORD_STORE_H

#include "db/db.h"
#include "domain/optout.h"

/* An account's own words of opt-out and opt-in, all in the op's account. Asked with every message
 * that comes in, so the answer is kept in memory. */

enum { KEYWORDS_MAX = 200 }; /* of one account; db/kept_rows.c keeps an answer of so many rows */

/* struct keyword, by language and text. */
MUST_CHECK enum rc keyword_store_list(struct op *op, struct list *out);
/* RC_CONFLICT: that language has the word already; RC_LIMIT: there are KEYWORDS_MAX. */
void keyword_store_insert(struct batch *batch, const struct keyword *keyword);
/* RC_MISSING: there is none. */
void keyword_store_remove(struct batch *batch, const char *language, const char *folded, bool off);

extern const struct stmt *const keyword_store_stmts[];

#endif
