/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FIXTURE_H
#define FIXTURE_H

/* What many tests begin with: an arena or an op of the test's own in *state, and the settings
 * of a program that was given no configuration file. */
#include "core/log.h"
#include "core/op.h"
#include "core/secret.h"
#include "core/settings.h"
#include "unit.h"

static inline int
setup_arena(void **state)
{
	*state = arena_new(0);
	return 0;
}

static inline int
teardown_arena(void **state)
{
	arena_free(*state);
	return 0;
}

static inline int
setup_op(void **state)
{
	secret_start();
	*state = op_begin("test");
	return 0;
}

static inline int
teardown_op(void **state)
{
	op_end(*state);
	return 0;
}

/* A file of samples, in the op. */
static inline struct bytes
file_read_in(struct op *op, const char *folder, const char *name)
{
	FILE *in = fopen(arena_printf(op->arena, "%s/%s", folder, name), "re");
	char *p = arena_alloc(op->arena, (size_t)1 << 18);
	size_t n;

	assert_non_null(in);
	n = fread(p, 1, (size_t)1 << 18, in);
	fclose(in);
	return bytes_slice(p, n);
}

static inline void
load_default_settings(void)
{
	const char *problems;

	unsetenv("WAGATE_CONFIG");
	if (settings_load(NULL, &problems) != RC_OK)
		fatal("%s", problems);
}

#endif
