/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The syntax of the configuration file: sections, keys, comments.
 *
 * Every line is taken by itself, so that one broken line does not hide what is wrong with
 * the others. What leaves here is trimmed, valid UTF-8 and without NUL.
 */
#include "core/settings_ini.h"

static void
read_section(struct arena *arena, char *text, size_t line, const struct ini_reader *reader)
{
	size_t n = strlen(text);

	if (text[n - 1] != ']') {
		reader->broken(reader->arg, line, "the name of a section ends with ]");
		return;
	}
	text[n - 1] = '\0';
	reader->section(reader->arg, line, text_trim(arena, text + 1));
}

static void
read_value(struct arena *arena, char *text, size_t line, const struct ini_reader *reader)
{
	char *equals = strchr(text, '=');

	if (!equals || equals == text) {
		reader->broken(reader->arg, line,
			       "a line is [section], key = value, or # a comment");
		return;
	}
	*equals = '\0';
	reader->value(reader->arg, line, text_trim(arena, text), text_trim(arena, equals + 1));
}

static void
read_line(struct arena *arena, struct bytes raw, size_t line, const struct ini_reader *reader)
{
	char *text;

	if (!text_is_utf8(raw)) {
		reader->broken(reader->arg, line, "the line is not UTF-8 text");
		return;
	}
	text = text_trim(arena, arena_dupn(arena, raw.p, raw.n));
	if (*text == '\0' || *text == '#' || *text == ';')
		return;
	if (*text == '[')
		read_section(arena, text, line, reader);
	else
		read_value(arena, text, line, reader);
}

static struct bytes
without_mark(struct bytes text)
{
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		return bytes_slice(text.p + 3, text.n - 3);
	return text;
}

void
ini_read(struct arena *arena, struct bytes text, const struct ini_reader *reader)
{
	struct bytes rest = without_mark(text);

	for (size_t line = 1; rest.n > 0; line++) {
		const unsigned char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		size_t step = n + (end != NULL);

		read_line(arena, bytes_slice(rest.p, n), line, reader);
		rest = bytes_slice(rest.p + step, rest.n - step);
	}
}
