/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a JSON document. What is read strictly is read loosely, too; what is cut out of a
 * document is what its tree holds there; the ASCII form reads as the same tree, and the text of
 * the tree is what jansson makes of it.
 */
#include "core/json.h"
#include "core/secret.h"

#define WALK_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_span(struct op *op, const json_t *value, struct bytes span)
{
	json_t *tree = NULL;

	expect(span.n > 0);
	expect(json_read_loose(op, &tree, span) == RC_OK);
	expect(json_equal(tree, value));
}

static void
check_members(struct op *op, json_t *tree, struct bytes document)
{
	const char *name;
	json_t *value;
	size_t seen = 0;

	json_object_foreach(tree, name, value)
	{
		if (!*name || strchr(name, '.'))
			continue;
		check_span(op, value, json_span(document, name));
		if (++seen == WALK_MAX)
			break;
	}
}

static void
check_items(struct op *op, json_t *tree, struct bytes document)
{
	struct bytes item = { NULL, 0 };

	expect(json_span_count(document) == json_array_size(tree));
	for (size_t i = 0; i < WALK_MAX && json_span_next(document, &item); i++) {
		expect(bytes_equal(item, json_span_item(document, i)));
		check_span(op, json_array_get(tree, i), item);
	}
}

static void
check_ascii(struct op *op, json_t *tree, struct bytes document)
{
	json_t *again = NULL;
	struct bytes text;
	struct buf out;

	buf_init(&out, op->arena, 6 * document.n + 16);
	json_ascii(&out, document);
	expect(buf_ok(&out));
	text = buf_bytes(&out);
	for (size_t i = 0; i < text.n; i++)
		expect(text.p[i] >= 0x20 && text.p[i] < 0x7f);
	expect(json_read_loose(op, &again, text) == RC_OK);
	expect(json_equal(again, tree));
}

static void
check_text(struct op *op, const json_t *tree)
{
	char *expected = json_dumps(tree, JSON_COMPACT | JSON_ENCODE_ANY);

	expect(expected != NULL && strcmp(json_text(op, tree), expected) == 0);
	free(expected);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes document = bytes_slice(data, size);
	json_t *strict = NULL, *loose = NULL;
	struct op *op;

	secret_start();
	op = op_begin("fuzz");
	if (json_read(op, &strict, document) == RC_OK)
		expect(json_read_loose(op, &loose, document) == RC_OK && json_equal(strict, loose));
	op_forgive(op);
	if (json_read_loose(op, &loose, document) == RC_OK) {
		check_span(op, loose, json_span(document, ""));
		check_ascii(op, loose, document);
		if (json_is_object(loose))
			check_members(op, loose, document);
		if (json_is_array(loose))
			check_items(op, loose, document);
		check_text(op, loose);
	} else {
		expect(op->why[0] != '\0');
	}
	op_end(op);
	return 0;
}
