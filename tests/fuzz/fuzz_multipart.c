/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a form with files: fed at once and fed in pieces of any size it is the same, names
 * leave as clean texts, and a part begins before its bytes and ends after them. The first byte
 * chooses the pieces, the first line is the Content-Type header.
 */
#include "core/buf.h"
#include "core/op.h"
#include "core/secret.h"
#include "web/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct buf text;
	bool in_part;
	size_t parts;
};

static void
see_text(struct seen *seen, const char *text)
{
	if (text == NULL) {
		buf_char(&seen->text, '-');
		return;
	}
	expect(text_is_utf8(bytes_of(text)) || *text == '\0');
	for (const char *p = text; *p != '\0'; p++)
		expect(((unsigned char)*p >= 0x20 || *p == '\t') && *p != 0x7f);
	buf_printf(&seen->text, "\"%s\"", text);
}

static enum rc
see_begin(void *arg, const struct multipart_part *part)
{
	struct seen *seen = arg;

	expect(!seen->in_part && part->name != NULL && ++seen->parts <= MULTIPART_PARTS_MAX);
	seen->in_part = true;
	see_text(seen, part->name);
	see_text(seen, part->filename);
	see_text(seen, part->type);
	return RC_OK;
}

static enum rc
see_data(void *arg, struct bytes piece)
{
	struct seen *seen = arg;

	expect(seen->in_part && piece.n > 0);
	buf_add(&seen->text, piece.p, piece.n);
	return RC_OK;
}

static enum rc
see_end(void *arg)
{
	struct seen *seen = arg;

	expect(seen->in_part);
	seen->in_part = false;
	buf_text(&seen->text, ";");
	return RC_OK;
}

/* Pieces of 1 to `most` bytes, their sizes drawn from `most` on; 0: all at once. */
static enum rc
parse(struct op *op, struct seen *seen, const char *type, struct bytes document, unsigned most)
{
	static const struct multipart_taker taker = { see_begin, see_data, see_end };
	unsigned draw = most;
	struct multipart *m;

	buf_init(&seen->text, op->arena, 1 << 24);
	TRY(multipart_new(op, &m, type, &taker, seen));
	while (document.n > 0) {
		size_t n = document.n;

		draw = draw * 1103515245 + 12345;
		if (most > 0 && n > 1 + (draw >> 16) % most)
			n = 1 + (draw >> 16) % most;
		TRY(multipart_feed(m, bytes_slice(document.p, n)));
		document = bytes_slice(document.p + n, document.n - n);
	}
	return multipart_end(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole = { .parts = 0 }, split = { .parts = 0 };
	const uint8_t *line_end = size > 1 ? memchr(data + 1, '\n', size - 1) : NULL;
	struct op *op;
	struct bytes document;
	const char *type;
	enum rc rc, again;

	if (line_end == NULL || !text_is_utf8(bytes_slice(data + 1, (size_t)(line_end - data - 1))))
		return 0;
	secret_start();
	op = op_begin("fuzz");
	type = arena_dupn(op->arena, data + 1, (size_t)(line_end - data - 1));
	document = bytes_slice(line_end + 1, size - (size_t)(line_end + 1 - data));
	rc = parse(op, &whole, type, document, 0);
	op_forgive(op);
	again = parse(op, &split, type, document, 1U + data[0]);
	expect(rc == again && (rc == RC_OK || rc == RC_INPUT));
	expect(bytes_equal(buf_bytes(&whole.text), buf_bytes(&split.text)));
	expect(rc != RC_OK || !whole.in_part);
	op_end(op);
	return 0;
}
