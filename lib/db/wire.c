/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing the bytes of batches and replies. Readers never trust a length: a
 * damaged packet ends in wire.bad, never outside its bytes.
 */
#include "db/wire.h"

struct wire
wire_of(struct bytes b)
{
	return (struct wire){ b.p, b.n, false };
}

struct bytes
wire_take(struct wire *w, size_t n)
{
	struct bytes taken = { w->p, n };

	if (w->bad || n > w->n) {
		w->bad = true;
		w->n = 0;
		return (struct bytes){ NULL, 0 };
	}
	w->p += n;
	w->n -= n;
	return taken;
}

static void
take_into(struct wire *w, void *out, size_t n)
{
	struct bytes taken = wire_take(w, n);

	if (taken.p != NULL)
		memcpy(out, taken.p, n);
}

uint8_t
wire_u8(struct wire *w)
{
	uint8_t v = 0;

	take_into(w, &v, sizeof(v));
	return v;
}

uint16_t
wire_u16(struct wire *w)
{
	uint16_t v = 0;

	take_into(w, &v, sizeof(v));
	return v;
}

uint32_t
wire_u32(struct wire *w)
{
	uint32_t v = 0;

	take_into(w, &v, sizeof(v));
	return v;
}

int64_t
wire_i64(struct wire *w)
{
	int64_t v = 0;

	take_into(w, &v, sizeof(v));
	return v;
}

struct bytes
wire_block(struct wire *w)
{
	struct wire ahead = *w;
	uint32_t n = wire_u32(&ahead);

	if (n < sizeof(n))
		w->bad = true;
	return wire_take(w, n);
}

const char *
wire_text(struct wire *w, size_t *n)
{
	uint32_t length = wire_u32(w);
	struct bytes taken = wire_take(w, (size_t)length + 1);

	if (taken.p == NULL || taken.p[length] != '\0') {
		w->bad = true;
		return NULL;
	}
	*n = length;
	return (const char *)taken.p;
}

void
wire_put_u8(struct buf *b, uint8_t v)
{
	buf_char(b, (char)v);
}

void
wire_put_u16(struct buf *b, uint16_t v)
{
	buf_add(b, &v, sizeof(v));
}

void
wire_put_u32(struct buf *b, uint32_t v)
{
	buf_add(b, &v, sizeof(v));
}

void
wire_put_i64(struct buf *b, int64_t v)
{
	buf_add(b, &v, sizeof(v));
}

void
wire_put_text(struct buf *b, const char *text, size_t n)
{
	uint32_t length = (uint32_t)n;
	char *p = buf_extend(b, sizeof(length) + n + 1);

	if (p == NULL)
		return;
	memcpy(p, &length, sizeof(length));
	memcpy(p + sizeof(length), text, n);
	p[sizeof(length) + n] = '\0';
}

static void
patch(struct buf *b, size_t at, const void *v, size_t n)
{
	if (buf_ok(b)) {
		expect(at + n <= b->n);
		memcpy(b->p + at, v, n);
	}
}

void
wire_patch_u16(struct buf *b, size_t at, uint16_t v)
{
	patch(b, at, &v, sizeof(v));
}

void
wire_patch_u32(struct buf *b, size_t at, uint32_t v)
{
	patch(b, at, &v, sizeof(v));
}
