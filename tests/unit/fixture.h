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

static inline void
load_default_settings(void)
{
	const char *problems;

	unsetenv("WAGATE_CONFIG");
	if (settings_load(NULL, &problems) != RC_OK)
		fatal("%s", problems);
}

#endif
