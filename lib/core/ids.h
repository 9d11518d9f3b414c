/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_IDS_H
#define CORE_IDS_H

#include "core/op.h"

/*
 * prefix + "_" + 24 lower-case base32 characters (Crockford): 40 bits of milliseconds,
 * so that ids of one kind sort by age and inserts stay at the right edge of an index,
 * and 80 random bits.
 */
char *id_new(struct op *op, const char *prefix);

/* True for prefix_ followed by 24 such characters. */
bool id_is(const char *text, const char *prefix);

#endif
