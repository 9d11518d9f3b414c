/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing one value in the configuration file. Every other line stays as somebody wrote it,
 * comments included; the file is replaced by rename, so that nobody reads half of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve.h"

enum { CONFIG_MAX = 1 << 20 };

static enum rc
read_whole(struct op *op, const char *file, struct buf *out)
{
	char chunk[8192];
	ssize_t n;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return op_fail(op, RC_INTERNAL, "cannot read %s: %s", file, strerror(errno));
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)n);
	close(fd);
	return buf_ok(out) ? RC_OK : op_fail(op, RC_INTERNAL, "%s is too long", file);
}

static enum rc
replace_file(struct op *op, const char *file, struct bytes text)
{
	const char *fresh = arena_printf(op->arena, "%s.new", file);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written;

	if (fd < 0)
		return op_fail(op, RC_INTERNAL, "cannot write %s: %s", fresh, strerror(errno));
	written = write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
	if (close(fd) != 0 || !written || rename(fresh, file) != 0)
		return op_fail(op, RC_INTERNAL, "cannot replace %s: %s", file, strerror(errno));
	return RC_OK;
}

/* Does this line say "key = ..."? */
static bool
line_sets(const char *line, size_t n, const char *key)
{
	size_t k = strlen(key), i = strspn(line, " \t");

	if (i + k >= n || strncmp(line + i, key, k) != 0)
		return false;
	i += k;
	i += strspn(line + i, " \t");
	return line[i] == '=';
}

static bool
line_opens(const char *line, const char *section)
{
	size_t n = strlen(section);

	line += strspn(line, " \t");
	return line[0] == '[' && strncmp(line + 1, section, n) == 0 && line[1 + n] == ']';
}

static bool
line_is_section(const char *line)
{
	return line[strspn(line, " \t")] == '[';
}

/* Where the walk through the file is. */
struct edit {
	const char *section, *key, *value;
	bool inside, done;
	struct buf out;
};

static void
edit_put(struct edit *e)
{
	buf_printf(&e->out, "%s = %s\n", e->key, e->value);
	e->done = true;
}

static void
edit_line(struct edit *e, const char *line, size_t n)
{
	bool opens = line_is_section(line);

	/* The section ends without the key: it goes in before the next one. */
	if (opens && e->inside && !e->done)
		edit_put(e);
	if (opens)
		e->inside = line_opens(line, e->section);
	if (e->inside && !e->done && line_sets(line, n, e->key))
		edit_put(e);
	else
		buf_add(&e->out, line, n);
}

enum rc
config_edit(struct op *op, const char *file, const char *section, const char *key,
	    const char *value)
{
	struct edit e = { .section = section, .key = key, .value = value };
	struct buf old;

	buf_init(&old, op->arena, CONFIG_MAX);
	buf_init(&e.out, op->arena, CONFIG_MAX);
	TRY(read_whole(op, file, &old));
	for (const char *line = buf_str(&old), *end; *line != '\0'; line = end) {
		end = strchrnul(line, '\n');
		end += *end == '\n';
		edit_line(&e, line, (size_t)(end - line));
	}
	if (!e.done && !e.inside)
		buf_printf(&e.out, "[%s]\n", section);
	if (!e.done)
		edit_put(&e);
	return replace_file(op, file, buf_bytes(&e.out));
}
