/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

#include "core/rc.h"

/*
 * Memory of one unit of work: handed out forwards, given back all at once. Not
 * thread-safe; an arena belongs to whoever works on its op at the moment.
 */
struct arena;

/* An empty arena that may grow to max bytes (0: 64 MiB); past it the process ends with
 * fatal(). Its first block is small, so that a parked request costs little. */
struct arena *arena_new(size_t max);

/* Run the deferred destructors, last first, and give everything back. NULL is fine. */
void arena_free(struct arena *arena);

/* n zeroed bytes, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t n);

/* An array of n zeroed elements; overflow of n * size is fatal(). */
void *arena_array(struct arena *arena, size_t n, size_t size);

/* Copies; arena_dup(NULL) is NULL. arena_dupn ends its copy with a NUL. */
char *arena_dup(struct arena *arena, const char *text);
char *arena_dupn(struct arena *arena, const void *p, size_t n);
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
/* The texts one after the other: for what every request says, as formats are dear. */
#define arena_join(arena, ...) arena_join_all(arena, __VA_ARGS__, (const char *)NULL)
char *arena_join_all(struct arena *arena, const char *first, ...) __attribute__((sentinel));

/* Call destroy(object) when the arena ends: for json_t, descriptors, sessions. */
void arena_defer(struct arena *arena, void (*destroy)(void *), void *object);

/*
 * End foreign objects early: arena_release runs the destructors deferred since the mark, last
 * first. For trees of JSON that one phase of an op makes and no later one reads: they end on the
 * thread that made them, which costs malloc no lock, and a waiting op does not hold them.
 */
const void *arena_mark(const struct arena *arena);
void arena_release(struct arena *arena, const void *mark);

/* Have malloc keep what a unit of work gives back for the next one, in few heaps. For programs
 * that serve, early. */
void arena_tune_malloc(void);

/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);

#endif
