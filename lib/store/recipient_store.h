/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RECIPIENT_STORE_H
#define STORE_RECIPIENT_STORE_H

#include "db/db.h"

/*
 * Spellings of one person, in the op's account. Once the provider has shown two of them together
 * (the number asked for and its wa_id, or a user id), they are one person for ever.
 */
void recipient_store_join(struct batch *batch, const char *recipient, const char *alias);

extern const struct stmt *const recipient_store_stmts[];

#endif
