/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of one unit of work. Blocks double from 4 KiB to 64 KiB; a request larger than half
 * a block gets a block of its own. Nothing is ever given back singly, so an early return is
 * always right. This file and core/buf.c are the only users of malloc in the house.
 *
 * Blocks of the usual sizes are kept for the next unit of work, up to a bound per process: units
 * often begin on one thread and end on another, which is what malloc's own caches serve worst.
 */
#include "core/arena.h"

#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	ALIGN = 16,
	FIRST_BLOCK = 4096,
	LARGEST_BLOCK = 65536,
	SIZES = 5,
	HEAPS_MAX = 4,
	HEAP_SPARE = 2 << 20
};
/* Most of what is formatted is shorter, and then formatted only once. */
enum { SHORT_TEXT = 256 };
static const size_t DEFAULT_MAX = (size_t)64 << 20;

/* A block that is handed out again at once would hide its use after the end. */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
static const size_t KEPT_MAX = 0;
#else
static const size_t KEPT_MAX = (size_t)2 << 20;
#endif

struct block {
	struct block *before;
	size_t size, used;
	_Alignas(ALIGN) unsigned char data[];
};

struct deferred {
	struct deferred *before;
	void (*destroy)(void *);
	void *object;
};

struct arena {
	struct block *current;
	struct deferred *deferred;
	size_t used, max, next_block;
};

static struct {
	pthread_mutex_t lock;
	struct block *first[SIZES]; /* of 4, 8, ... 64 KiB */
	size_t bytes;
} kept = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Which list a block of this size belongs to; SIZES: none. */
static size_t
list_of(size_t size)
{
	size_t i = 0;

	while (i < SIZES && (size_t)FIRST_BLOCK << i != size)
		i++;
	return i;
}

static struct block *
kept_take(size_t size)
{
	size_t i = list_of(size);
	struct block *b = NULL;

	if (i == SIZES)
		return NULL;
	pthread_mutex_lock(&kept.lock);
	b = kept.first[i];
	if (b != NULL) {
		kept.first[i] = b->before;
		kept.bytes -= size;
	}
	pthread_mutex_unlock(&kept.lock);
	return b;
}

/* Keep what fits of a chain of blocks, and give the rest back. */
static void
kept_give(struct block *chain)
{
	struct block *surplus = NULL, *before;

	pthread_mutex_lock(&kept.lock);
	for (struct block *b = chain; b != NULL; b = before) {
		size_t i = list_of(b->size);
		bool keep = i < SIZES && kept.bytes + b->size <= KEPT_MAX;
		struct block **to = keep ? &kept.first[i] : &surplus;

		before = b->before;
		b->before = *to;
		*to = b;
		kept.bytes += keep ? b->size : 0;
	}
	pthread_mutex_unlock(&kept.lock);
	for (; surplus != NULL; surplus = before) {
		before = surplus->before;
		free(surplus);
	}
}

static struct block *
block_new(size_t size)
{
	struct block *b = kept_take(size);

	if (b == NULL)
		b = malloc(sizeof(*b) + size);
	if (b == NULL)
		fatal("out of memory: %zu bytes for one unit of work", size);
	b->before = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *
arena_new(size_t max)
{
	struct block *b = block_new(FIRST_BLOCK);
	struct arena *arena = (struct arena *)(void *)b->data;

	/* The arena's own head sits at the start of its first block. */
	b->used = (sizeof(*arena) + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	arena->current = b;
	arena->deferred = NULL;
	arena->used = 0;
	arena->max = max != 0 ? max : DEFAULT_MAX;
	arena->next_block = (size_t)2 * FIRST_BLOCK;
	return arena;
}

const void *
arena_mark(const struct arena *arena)
{
	return arena->deferred;
}

void
arena_release(struct arena *arena, const void *mark)
{
	while (arena->deferred != mark) {
		struct deferred *d = arena->deferred;

		arena->deferred = d->before;
		d->destroy(d->object);
	}
}

void
arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	arena_release(arena, NULL);
	kept_give(arena->current);
}

/* A block of its own goes behind the current one, whose rest stays in use. */
static void *
alloc_apart(struct arena *arena, size_t n)
{
	struct block *b = block_new(n);

	b->used = n;
	b->before = arena->current->before;
	arena->current->before = b;
	return b->data;
}

static void *
alloc_fresh(struct arena *arena, size_t n)
{
	struct block *b = block_new(arena->next_block);

	if (arena->next_block < LARGEST_BLOCK)
		arena->next_block *= 2;
	b->before = arena->current;
	arena->current = b;
	b->used = n;
	return b->data;
}

void *
arena_alloc(struct arena *arena, size_t n)
{
	size_t rounded = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	struct block *b = arena->current;
	void *p;

	if (rounded < n || rounded > arena->max - arena->used)
		fatal("one unit of work wanted more than %zu bytes of memory", arena->max);
	arena->used += rounded;
	if (rounded <= b->size - b->used) {
		p = b->data + b->used;
		b->used += rounded;
	} else if (rounded > arena->next_block / 2) {
		p = alloc_apart(arena, rounded);
	} else {
		p = alloc_fresh(arena, rounded);
	}
	return memset(p, 0, rounded);
}

void *
arena_array(struct arena *arena, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		fatal("one unit of work wanted %zu times %zu bytes of memory", n, size);
	return arena_alloc(arena, total);
}

char *
arena_dupn(struct arena *arena, const void *p, size_t n)
{
	char *copy = arena_alloc(arena, n + 1);

	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

char *
arena_dup(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_dupn(arena, text, strlen(text));
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	char near[SHORT_TEXT], *text;
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(near, sizeof(near), format, args);
	va_end(args);
	expect(n >= 0);
	text = arena_alloc(arena, (size_t)n + 1);
	if (n < SHORT_TEXT)
		memcpy(text, near, (size_t)n);
	else
		vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	return text;
}

char *
arena_join_all(struct arena *arena, const char *first, ...)
{
	va_list args, again;
	char *text, *end;
	size_t n = 0;

	va_start(args, first);
	va_copy(again, args);
	for (const char *part = first; part != NULL; part = va_arg(args, const char *))
		n += strlen(part);
	va_end(args);
	text = end = arena_alloc(arena, n + 1);
	for (const char *part = first; part != NULL; part = va_arg(again, const char *))
		end = stpcpy(end, part);
	va_end(again);
	return text;
}

void
arena_defer(struct arena *arena, void (*destroy)(void *), void *object)
{
	struct deferred *d = arena_alloc(arena, sizeof(*d));

	d->before = arena->deferred;
	d->destroy = destroy;
	d->object = object;
	arena->deferred = d;
}

size_t
arena_used(const struct arena *arena)
{
	return arena->used;
}

void
arena_tune_malloc(void)
{
	/* A heap for each thread would cost memory under many waiting requests, a single one time
	 * in its lock: measured with 1,000 callers. */
	mallopt(M_ARENA_MAX, HEAPS_MAX);
	/* What a request frees at its end the next one takes: not by way of the kernel. */
	mallopt(M_TRIM_THRESHOLD, HEAP_SPARE);
	/* Fast bins are gone through whenever something large is freed, at every request. */
	mallopt(M_MXFAST, 0);
}
