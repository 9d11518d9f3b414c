/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include "core/text.h"

/*
 * Text that grows in an arena up to a named maximum. The first overflow sticks: later
 * appends do nothing and buf_ok() says so once, at the end.
 */
struct buf {
	struct arena *arena;
	char *p;
	size_t n, room, max;
	bool failed;
};

void buf_init(struct buf *b, struct arena *arena, size_t max);
/* Make room for n bytes at once, where it is known that so many come. */
void buf_reserve(struct buf *b, size_t n);
/* Where the next n bytes go, counted as written: the caller fills them. NULL: they do not fit. */
char *buf_extend(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_text(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t value); /* decimal */
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
bool buf_ok(const struct buf *b);

/* The text so far, NUL-terminated (also when failed: what fitted). */
const char *buf_str(struct buf *b);
struct bytes buf_bytes(struct buf *b);

#endif
