/* SPDX-License-Identifier: Apache-2.0 */
/* multipart/form-data while it arrives: what comes out is the same wherever the document is cut,
 * contents that look like boundaries stay contents, and what is broken is refused. */
#include "op_fixture.h"

#include "core/buf.h"
#include "web/multipart.h"

#define TYPE "multipart/form-data; boundary=XyZ"

/* What came, as text: "[name|filename|type]contents;". */
struct seen {
	struct buf text;
	bool full; /* the taker refuses data */
};

static enum rc
see_begin(void *arg, const struct multipart_part *part)
{
	struct seen *seen = arg;

	buf_printf(&seen->text, "[%s|%s|%s]", part->name,
		   part->filename == NULL ? "-" : part->filename,
		   part->type == NULL ? "-" : part->type);
	return RC_OK;
}

static enum rc
see_data(void *arg, struct bytes piece)
{
	struct seen *seen = arg;

	assert_true(piece.n > 0);
	if (seen->full)
		return op_fail(op, RC_BUSY, "no room");
	buf_add(&seen->text, piece.p, piece.n);
	return RC_OK;
}

static enum rc
see_end(void *arg)
{
	buf_text(&((struct seen *)arg)->text, ";");
	return RC_OK;
}

static const struct multipart_taker taker = { see_begin, see_data, see_end };

/* Fed in pieces of step bytes; NULL: refused. */
static const char *
parse(const char *type, struct bytes document, size_t step)
{
	struct seen seen = { .full = false };
	struct multipart *m;
	enum rc rc = multipart_new(op, &m, type, &taker, &seen);

	buf_init(&seen.text, op->arena, 1 << 20);
	for (size_t at = 0; rc == RC_OK && at < document.n; at += step)
		rc = multipart_feed(m,
				    bytes_slice(document.p + at,
						document.n - at < step ? document.n - at : step));
	if (rc == RC_OK)
		rc = multipart_end(m);
	if (rc == RC_OK)
		return buf_str(&seen.text);
	assert_int_equal(rc, RC_INPUT);
	assert_string_equal(op->code, "body");
	op_forgive(op);
	return NULL;
}

/* The same however it is cut. */
static void
gives(const char *document, const char *wanted)
{
	for (size_t step = 1; step <= strlen(document); step++)
		assert_string_equal(parse(TYPE, bytes_of(document), step), wanted);
}

static void
refused(const char *document)
{
	for (size_t step = 1; step <= strlen(document); step++)
		assert_null(parse(TYPE, bytes_of(document), step));
}

#define NAMED(n) "--XyZ\r\nContent-Disposition: form-data; name=\"" n "\"\r\n\r\n"
#define END "\r\n--XyZ--\r\n"

static void
parts_come_with_names_and_contents(void **state)
{
	(void)state;
	gives(NAMED("type") "image/png\r\n"
			    "--XyZ\r\ncontent-type: image/png; a=b\r\n"
			    "content-disposition: form-data; filename=\"a \\\"b\\\".png\"; "
			    "name=file\r\n"
			    "X-Other: 1\r\n\r\nbytes" END,
	      "[type|-|-]image/png;[file|a \"b\".png|image/png; a=b]bytes;");
}

static void
preamble_epilogue_and_blanks_are_allowed(void **state)
{
	(void)state;
	gives("hello\r\n--Xy\r\n--XyZ \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1"
	      "\r\n--XyZ--whatever\r\n--XyZ\r\n",
	      "[a|-|-]1;");
}

static void
empty_parts_are_parts(void **state)
{
	(void)state;
	gives(NAMED("a") END, "[a|-|-];");
	gives(NAMED("a") "--XyZ--", "[a|-|-];");
	gives("--XyZ--", "");
}

static void
contents_that_look_like_boundaries_stay(void **state)
{
	(void)state;
	gives(NAMED("a") "\r\n--XyY\r\r\n--Xy\r\n\r\n--Xy" END,
	      "[a|-|-]\r\n--XyY\r\r\n--Xy\r\n\r\n--Xy;");
}

static void
bytes_of_any_value_pass(void **state)
{
	static const char before[] = NAMED("a"), after[] = END;
	unsigned char all[sizeof(before) + 512 + sizeof(after)];
	size_t n = sizeof(before) - 1;

	(void)state;
	memcpy(all, before, n);
	for (int i = 0; i < 512; i++)
		all[n + (size_t)i] = (unsigned char)i;
	memcpy(all + n + 512, after, sizeof(after) - 1);
	for (size_t step = 1; step < 600; step += 13) {
		struct seen seen = { .full = false };
		struct multipart *m;

		buf_init(&seen.text, op->arena, 4096);
		assert_int_equal(multipart_new(op, &m, TYPE, &taker, &seen), RC_OK);
		for (size_t at = 0; at < n + 512 + sizeof(after) - 1; at += step) {
			size_t left = n + 512 + sizeof(after) - 1 - at;

			assert_int_equal(
				multipart_feed(m, bytes_slice(all + at, left < step ? left : step)),
				RC_OK);
		}
		assert_int_equal(multipart_end(m), RC_OK);
		assert_int_equal(seen.text.n, strlen("[a|-|-]") + 512 + 1);
		assert_memory_equal(seen.text.p + 7, all + n, 512);
	}
}

static void
what_is_broken_is_refused(void **state)
{
	(void)state;
	refused("");
	refused("--XyZ");
	refused("no boundary at all");
	refused(NAMED("a") "no end");
	refused(NAMED("a") "1\r\n--XyZ");
	refused(NAMED("a") "1\r\n--XyZ-");
	refused(NAMED("a") "1\r\n--XyZZ--\r\n--XyZjunk\r\n");
	refused("--XyZ\r\n\r\n1" END);
	refused("--XyZ\r\nContent-Disposition: form-data\r\n\r\n1" END);
	refused("--XyZ\r\nContent-Disposition: attachment; name=a\r\n\r\n1" END);
	refused("--XyZ\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1" END);
	refused("--XyZ\r\nContent-Disposition: form-data; name=\"a\"b\r\n\r\n1" END);
	refused("--XyZ\r\nContent-Disposition: form-data; =a\r\n\r\n1" END);
	refused("--XyZ\r\nno header\r\n\r\n1" END);
	refused("--XyZ\r\n folded: 1\r\n\r\n1" END);
	refused("--XyZ\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1" END);
	refused("--XyZ\r\nContent-Disposition: form-data; name=\"a\x01\"\r\n\r\n1" END);
	refused("--XyZ\r\nContent-Disposition:\tform-data; name=\"a\x01\"\r\n\r\n1" END);
}

static void
a_nul_in_a_head_is_refused(void **state)
{
	static const char document[] =
		"--XyZ\r\nContent-Disposition: form-data; name=a\0b\r\n\r\n1" END;

	(void)state;
	assert_null(parse(TYPE, bytes_slice(document, sizeof(document) - 1), 5));
}

static void
heads_and_parts_have_limits(void **state)
{
	struct buf many, one;

	(void)state;
	buf_init(&many, op->arena, 1 << 20);
	for (int i = 0; i < MULTIPART_PARTS_MAX; i++)
		buf_text(&many, NAMED("a") "1\r\n");
	assert_non_null(
		parse(TYPE, bytes_of(arena_printf(op->arena, "%s--XyZ--", buf_str(&many))), 64));
	buf_text(&many, NAMED("a") "1" END);
	assert_null(parse(TYPE, buf_bytes(&many), 64));
	buf_init(&one, op->arena, 1 << 20);
	buf_text(&one, "--XyZ\r\nContent-Disposition: form-data; name=\"");
	for (int i = 0; i < MULTIPART_HEAD_MAX; i++)
		buf_char(&one, 'a');
	buf_text(&one, "\"\r\n\r\n1" END);
	assert_null(parse(TYPE, buf_bytes(&one), 64));
}

/* What one request may take in memory is bounded, and a process ends where it is passed. */
static void
many_parameters_take_little_memory(void **state)
{
	struct buf document;

	(void)state;
	buf_init(&document, op->arena, 1 << 20);
	for (size_t part = 0; part < MULTIPART_PARTS_MAX; part++) {
		buf_text(&document, "--XyZ\r\nContent-Disposition: form-data; name=a");
		for (size_t i = 0; i < 650; i++)
			buf_text(&document, i % 2 == 0 ? ";a=" : ";a=\"\\\"\"");
		buf_text(&document, "\r\n\r\n1\r\n");
	}
	buf_text(&document, "--XyZ--");
	assert_non_null(parse(TYPE, buf_bytes(&document), 4096));
	assert_in_range(arena_used(op->arena), 1, 8 << 20);
}

static void
the_header_must_name_a_boundary(void **state)
{
	static const char *const good[] = {
		"multipart/form-data; boundary=XyZ",
		"Multipart/Form-Data;boundary=\"XyZ\"",
		"multipart/form-data; charset=utf-8; BOUNDARY=XyZ ; x=y",
	};
	static const char *const bad[] = {
		NULL,
		"",
		"application/json",
		"multipart/form-data",
		"multipart/form-data; boundary=",
		"multipart/form-data; boundary=\"XyZ",
		"multipart/form-data-x; boundary=XyZ",
		"multipart/form-data; boundary="
		"0123456789012345678901234567890123456789012345678901234567890123456789X",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_string_equal(parse(good[i], bytes_of(NAMED("a") "1" END), 9), "[a|-|-]1;");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_null(parse(bad[i], bytes_of(NAMED("a") "1" END), 9));
}

static void
what_the_taker_refuses_ends_it(void **state)
{
	struct seen seen = { .full = true };
	struct multipart *m;

	(void)state;
	buf_init(&seen.text, op->arena, 100);
	assert_int_equal(multipart_new(op, &m, TYPE, &taker, &seen), RC_OK);
	assert_int_equal(multipart_feed(m, bytes_of(NAMED("a") "1")), RC_BUSY);
	assert_string_equal(op->why, "no room");
}

#define IN_OP(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_OP(parts_come_with_names_and_contents),
		IN_OP(preamble_epilogue_and_blanks_are_allowed),
		IN_OP(empty_parts_are_parts),
		IN_OP(contents_that_look_like_boundaries_stay),
		IN_OP(bytes_of_any_value_pass),
		IN_OP(what_is_broken_is_refused),
		IN_OP(a_nul_in_a_head_is_refused),
		IN_OP(heads_and_parts_have_limits),
		IN_OP(many_parameters_take_little_memory),
		IN_OP(the_header_must_name_a_boundary),
		IN_OP(what_the_taker_refuses_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
