/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARENA_FIXTURE_H
#define ARENA_FIXTURE_H

/* An arena for each test, where nothing else is needed. */
#include "core/arena.h"
#include "unit.h"

static struct arena *arena;

static inline int
make_arena(void **state)
{
	(void)state;
	arena = arena_new(0);
	return 0;
}

static inline int
drop_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#endif
