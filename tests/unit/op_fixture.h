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

/* A file of samples, in the op. */
static inline struct bytes
file_read(const char *folder, const char *name)
{
	FILE *in = fopen(arena_printf(op->arena, "%s/%s", folder, name), "re");
	char *p = arena_alloc(op->arena, (size_t)1 << 18);
	size_t n;

	assert_non_null(in);
	n = fread(p, 1, (size_t)1 << 18, in);
	fclose(in);
	return bytes_slice(p, n);
}

#endif
