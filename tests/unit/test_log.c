/* SPDX-License-Identifier: Apache-2.0 */
/* The log: one line per call whatever is in it, levels, reopening after rotation. */
#include "unit.h"

#include "core/log.h"
#include "core/secret.h"

static char folder[] = "/tmp/log.XXXXXX", path[64], rotated[64];

static int
begin(void **state)
{
	(void)state;
	secret_start();
	if (!folder[0] || !mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/a.log", folder);
	snprintf(rotated, sizeof(rotated), "%s/a.log.1", folder);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	unlink(path);
	unlink(rotated);
	return rmdir(folder);
}

static char *
content(const char *file)
{
	static char text[65536];
	FILE *f = fopen(file, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	return text;
}

static size_t
lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void
fresh(enum log_level level)
{
	unlink(path);
	log_open("tester", path, level);
}

static void
a_line_has_level_and_program(void **state)
{
	(void)state;
	fresh(LOG_INFO);
	log_line(LOG_INFO, "event=%s n=%d", "test", 7);
	assert_int_equal(lines(content(path)), 1);
	assert_non_null(strstr(content(path), " info tester event=test n=7\n"));
	assert_int_equal(content(path)[23], 'Z');
}

static void
lesser_lines_are_dropped(void **state)
{
	(void)state;
	fresh(LOG_WARN);
	log_line(LOG_INFO, "event=no");
	log_line(LOG_DEBUG, "event=no");
	log_line(LOG_WARN, "event=yes");
	log_line(LOG_ERROR, "event=yes");
	assert_int_equal(lines(content(path)), 2);
	assert_null(strstr(content(path), "event=no"));
}

static void
nothing_forges_a_line(void **state)
{
	(void)state;
	fresh(LOG_INFO);
	log_line(LOG_INFO, "name=%s", "x\n2026-01-01T00:00:00.000Z error tester event=forged");
	log_line(LOG_INFO, "name=%s", "x\r\x1b[2Jy\x7f\t");
	assert_int_equal(lines(content(path)), 2);
	for (const char *p = content(path); *p; p++)
		assert_true((unsigned char)*p >= 0x20 || *p == '\n');
	assert_null(strchr(content(path), 0x7f));
}

static void
what_is_not_utf8_is_escaped(void **state)
{
	char *text;

	(void)state;
	fresh(LOG_INFO);
	log_line(LOG_INFO, "good=\xc3\xa4");
	log_line(LOG_INFO, "bad=\xff\xc3");
	text = content(path);
	assert_true(text_is_utf8(bytes_of(text)));
	assert_non_null(strstr(text, "good=\xc3\xa4\n"));
	assert_non_null(strstr(text, "bad=\\xff\\xc3\n"));
}

static void
a_very_long_line_is_one_line(void **state)
{
	static char text[20000];

	(void)state;
	fresh(LOG_INFO);
	memset(text, '\n', sizeof(text) - 1);
	log_line(LOG_INFO, "text=%s", text);
	memset(text, 'a', sizeof(text) - 1);
	log_line(LOG_INFO, "text=%s", text);
	assert_int_equal(lines(content(path)), 2);
	assert_true(text_ends(content(path), "\n"));
}

static void
rotation_reopens(void **state)
{
	(void)state;
	fresh(LOG_INFO);
	log_line(LOG_INFO, "event=before");
	assert_int_equal(rename(path, rotated), 0);
	log_line(LOG_INFO, "event=between");
	log_reopen();
	log_line(LOG_INFO, "event=after");
	assert_int_equal(lines(content(rotated)), 2);
	assert_int_equal(lines(content(path)), 1);
	assert_non_null(strstr(content(path), "event=after"));
}

static void
an_op_is_one_line(void **state)
{
	struct op *op = op_begin("key:key_1");

	(void)state;
	fresh(LOG_INFO);
	op->account_id = "acc_1";
	assert_int_equal(op_refuse(op, RC_MISSING, "no_such", "There is no\n%s", "x"), RC_MISSING);
	log_op(op, "send message", RC_MISSING, 1234);
	op_forgive(op);
	log_op(op, "send message", RC_OK, 7);
	assert_int_equal(lines(content(path)), 2);
	assert_non_null(strstr(content(path), op->request_id));
	assert_non_null(strstr(content(path), "account=acc_1"));
	assert_non_null(strstr(content(path), "actor=key:key_1"));
	assert_non_null(strstr(content(path), "rc=missing us=1234"));
	assert_non_null(strstr(content(path), "rc=ok us=7\n"));
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_level_and_program),
		cmocka_unit_test(lesser_lines_are_dropped),
		cmocka_unit_test(nothing_forges_a_line),
		cmocka_unit_test(what_is_not_utf8_is_escaped),
		cmocka_unit_test(a_very_long_line_is_one_line),
		cmocka_unit_test(rotation_reopens),
		cmocka_unit_test(an_op_is_one_line),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
