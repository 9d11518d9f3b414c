/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OP_FIXTURE_H
#define OP_FIXTURE_H

/* The op of the test that runs, in a variable: for tests whose helpers all work in it. It is in
 * *state too, so teardown_op ends it. */
#include "fixture.h"

static struct op *op;

static inline int
setup_static_op(void **state)
{
	setup_op(state);
	op = *state;
	return 0;
}

static inline struct bytes
file_read(const char *folder, const char *name)
{
	return file_read_in(op, folder, name);
}

#endif
