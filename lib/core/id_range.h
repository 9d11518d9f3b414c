/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_ID_RANGE_H
#define CORE_ID_RANGE_H

#include "core/op.h"

/* Ids sort by age, so a stretch of time is a range of ids, and a list "since" an instant is a
 * range of its primary index. */

/* Not after any id of that prefix made at t or later; t before 2020 (0 too): not after any. */
char *id_least(struct op *op, const char *prefix, struct instant t);

/* When an id was made, to the millisecond; 0 when it is none of ours. */
struct instant id_time(const char *id);
/* After every id of that prefix. */
char *id_beyond(struct op *op, const char *prefix);

#endif
