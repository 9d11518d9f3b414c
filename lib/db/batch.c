/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building batches. A batch is encoded as it is built, into one stretch of its op's arena, so
 * that handing it over copies nothing. A batch that outgrows its maximum fails at its commit,
 * where there is somebody to tell.
 */
#include "db/batch.h"

#include <stdatomic.h>

#include "db/row_shape.h"
#include "db/stmt_table.h"
#include "db/wire.h"

/* What a send has to say; its batches are the ones there are many of. */
enum { USUAL_BYTES = 2047 };

enum { AT_STATEMENTS = 4, AT_WAKES = 6 };

/* Since somebody asked. */
static atomic_bool made_work;

struct batch *
batch_new(struct op *op)
{
	struct batch *batch = arena_alloc(op->arena, sizeof(*batch));

	batch->op = op;
	batch->missed = -1;
	batch->why = "";
	buf_init(&batch->bytes, op->arena, WIRE_BATCH_MAX);
	buf_reserve(&batch->bytes, USUAL_BYTES);
	wire_put_u32(&batch->bytes, 0);
	wire_put_u16(&batch->bytes, 0);
	wire_put_u16(&batch->bytes, 0);
	return batch;
}

static void
put_bind(struct buf *b, const struct bind *bind)
{
	wire_put_u8(b, (uint8_t)bind->kind);
	if (bind->kind == BIND_INT)
		wire_put_i64(b, bind->integer);
	else if (bind->kind == BIND_TEXT)
		wire_put_text(b, bind->text, strlen(bind->text));
}

int
batch_add(struct batch *batch, const struct stmt *stmt, enum expectation want, enum rc miss,
	  const struct bind *binds, size_t n)
{
	size_t number = stmt_table_number(stmt);
	struct buf *b = &batch->bytes;

	stmt_table_check(batch->op, number, n);
	expect(batch->statements < INT16_MAX);
	expect(want == EXPECT_ANY || miss != RC_OK);
	wire_put_u16(b, (uint16_t)number);
	wire_put_u8(b, (uint8_t)want);
	wire_put_u8(b, (uint8_t)miss);
	wire_put_u16(b, (uint16_t)stmt_table_params(number));
	if (stmt->scope == SCOPE_ACCOUNT)
		put_bind(b, &(struct bind){ BIND_TEXT, batch->op->account_id, 0 });
	for (size_t i = 0; i < n; i++)
		put_bind(b, &binds[i]);
	return batch->statements++;
}

void
batch_wakes_worker(struct batch *batch)
{
	if (!buf_ok(&batch->bytes))
		return;
	batch->bytes.p[AT_WAKES] = 1;
	atomic_store_explicit(&made_work, true, memory_order_relaxed);
}

bool
db_made_work(void)
{
	return atomic_load_explicit(&made_work, memory_order_relaxed) &&
	       atomic_exchange(&made_work, false);
}

struct bytes
batch_seal(struct batch *batch)
{
	wire_patch_u32(&batch->bytes, 0, (uint32_t)batch->bytes.n);
	wire_patch_u16(&batch->bytes, AT_STATEMENTS, batch->statements);
	return buf_bytes(&batch->bytes);
}

void
batch_fail(struct batch *batch, enum rc rc, const char *why)
{
	batch->rc = rc;
	batch->why = why;
}

void
batch_answer(struct batch *batch, struct bytes reply)
{
	batch->rc = RC_OK;
	batch->reply = reply;
}
