/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing text with a named maximum and a sticky error. Grows by doubling inside its arena;
 * what is outgrown stays there until the arena ends, at most as much again.
 */
#include "core/buf.h"

#include <stdarg.h>

void
buf_init(struct buf *b, struct arena *arena, size_t max)
{
	*b = (struct buf){ .arena = arena, .max = max };
}

/* Make room for n more bytes and a NUL. */
static bool
buf_reserve(struct buf *b, size_t n)
{
	size_t room = b->room != 0 ? b->room : 256;
	char *p;

	if (b->failed || n > b->max - b->n) {
		b->failed = true;
		return false;
	}
	if (b->n + n + 1 <= b->room)
		return true;
	while (room < b->n + n + 1)
		room *= 2;
	p = arena_alloc(b->arena, room);
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->room = room;
	return true;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || !buf_reserve(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n > 0 && buf_reserve(b, (size_t)n)) {
		vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

bool
buf_ok(const struct buf *b)
{
	return !b->failed;
}

const char *
buf_str(struct buf *b)
{
	return b->p != NULL ? b->p : "";
}

struct bytes
buf_bytes(struct buf *b)
{
	return bytes_slice(b->p, b->n);
}
