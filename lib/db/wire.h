/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_WIRE_H
#define DB_WIRE_H

#include "core/buf.h"

/*
 * Numbers and texts in a row of bytes, in the machine's own order: both ends are one host.
 *
 * A batch:  u32 bytes of it all, u16 statements, u8 wakes the worker, u8 0; then each
 *           statement: u16 number, u8 expectation, u8 miss, u16 binds, binds as cells.
 * A reply:  u32 bytes of it all, u8 rc, u8 0, u16 missed + 1 (0: none), u16 results, u16 0,
 *           u32 length and text of the reason; then each result: u32 count, u16 columns,
 *           u16 0, the column names as texts, u32 rows, cells row by row.
 * A cell:   u8 enum bind_kind; a number's i64; a text's u32 length, bytes and a NUL.
 */
enum { WIRE_BATCH_HEAD = 8, WIRE_BATCH_MAX = 16 << 20 };

/* Reading: the first item that does not fit turns the reader bad; from then on all is 0. */
struct wire {
	const unsigned char *p;
	size_t n;
	bool bad;
};

struct wire wire_of(struct bytes b);
struct bytes wire_take(struct wire *w, size_t n); /* {NULL, 0} when bad */
uint8_t wire_u8(struct wire *w);
uint16_t wire_u16(struct wire *w);
uint32_t wire_u32(struct wire *w);
int64_t wire_i64(struct wire *w);

/* A block that begins with its own u32 size, which counts itself. */
struct bytes wire_block(struct wire *w);

/* Text of u32 length, NUL-terminated in place; NULL when bad. */
const char *wire_text(struct wire *w, size_t *n);

void wire_put_u8(struct buf *b, uint8_t v);
void wire_put_u16(struct buf *b, uint16_t v);
void wire_put_u32(struct buf *b, uint32_t v);
void wire_put_i64(struct buf *b, int64_t v);
void wire_put_text(struct buf *b, const char *text, size_t n);

/* Overwrite what was put at an offset. */
void wire_patch_u16(struct buf *b, size_t at, uint16_t v);
void wire_patch_u32(struct buf *b, size_t at, uint32_t v);

#endif
