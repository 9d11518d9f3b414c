/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing text with a named maximum and a sticky error. Grows by doubling inside its arena;
 * what is outgrown stays there until the arena ends, at most as much again.
 */
#include "core/buf.h"

#include <stdarg.h>

/* Most of what is formatted is shorter, and then formatted only once. */
enum { SHORT_TEXT = 256 };

void
buf_init(struct buf *b, struct arena *arena, size_t max)
{
	*b = (struct buf){ .arena = arena, .max = max };
}

/* Make room for n more bytes and a NUL; room never exceeds the maximum, and is used up for good
 * once it does not suffice. */
static bool
buf_grow(struct buf *b, size_t n)
{
	size_t room = b->room != 0 ? b->room : 256;
	char *p;

	if (b->failed || n > b->max - b->n) {
		b->failed = true;
		b->room = b->n;
		return false;
	}
	while (room < b->n + n + 1)
		room *= 2;
	p = arena_alloc(b->arena, room);
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->room = room <= b->max ? room : b->max + 1;
	return true;
}

void
buf_reserve(struct buf *b, size_t n)
{
	if (n >= b->room - b->n)
		(void)buf_grow(b, n);
}

char *
buf_extend(struct buf *b, size_t n)
{
	char *p;

	if (n >= b->room - b->n && !buf_grow(b, n))
		return NULL;
	p = b->p + b->n;
	b->n += n;
	b->p[b->n] = '\0';
	return p;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	char *to = n == 0 ? NULL : buf_extend(b, n);

	if (to != NULL)
		memcpy(to, p, n);
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_char(struct buf *b, char c)
{
	char *to = buf_extend(b, 1);

	if (to != NULL)
		*to = c;
}

void
buf_int(struct buf *b, int64_t value)
{
	char digits[20], *p = digits + sizeof(digits);
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	char near[SHORT_TEXT], *to;
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(near, sizeof(near), format, args);
	va_end(args);
	if (n > 0 && n < SHORT_TEXT)
		buf_add(b, near, (size_t)n);
	else if (n > 0 && (to = buf_extend(b, (size_t)n)) != NULL)
		vsnprintf(to, (size_t)n + 1, format, again);
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
