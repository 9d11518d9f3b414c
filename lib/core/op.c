/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unit of work. The op lives in its own arena, so that ending the arena ends all of it.
 * The first sentence of a failure stays: the frame that knows best comes first.
 */
#include "core/op.h"

#include <stdarg.h>

#include "core/ids.h"

struct op *
op_begin(const char *actor)
{
	struct arena *arena = arena_new(0);
	struct op *op = arena_alloc(arena, sizeof(*op));

	op->arena = arena;
	op->now = clock_now();
	op->actor = arena_dup(arena, actor);
	op->request_id = id_new(op, "req");
	return op;
}

void
op_end(struct op *op)
{
	if (op != NULL)
		arena_free(op->arena);
}

/* What did not fit was cut between bytes; end at a whole character. A foreign library's words
 * that are no UTF-8 lose what is above ASCII. */
static void
mend_text(char *text)
{
	for (int i = 0; i < 4 && !text_is_utf8(bytes_of(text)); i++)
		text[strlen(text) - 1] = '\0';
	if (text_is_utf8(bytes_of(text)))
		return;
	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
}

static void PRINTF_LIKE(3, 0)
	op_record(struct op *op, const char *code, const char *format, va_list args)
{
	if (op->why[0] != '\0')
		return;
	vsnprintf(op->why, sizeof(op->why), format, args);
	mend_text(op->why);
	snprintf(op->code, sizeof(op->code), "%s", code);
	mend_text(op->code);
}

enum rc
op_fail(struct op *op, enum rc rc, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	op_record(op, "", format, args);
	va_end(args);
	return rc;
}

enum rc
op_refuse(struct op *op, enum rc rc, const char *code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	op_record(op, code, format, args);
	va_end(args);
	return rc;
}

void
op_forgive(struct op *op)
{
	op->why[0] = '\0';
	op->code[0] = '\0';
}
