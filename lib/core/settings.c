/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the settings: defaults, then the file, then the environment; the last one counts.
 *
 * Every value is checked when it is seen, so that all problems come in the order of the
 * file, each with its place, and the environment's after them. A reading is one arena;
 * the next settings_load ends the former one's, which only tests and the CLI's checks do.
 * Reading must be over before the first thread starts. Values of secret settings appear
 * neither in problems nor in settings_walk.
 */
#include "core/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/settings_ini.h"
#include "core/settings_table.h"

#define FILE_MAX_SIZE ((size_t)256 * 1024)
#define PROBLEMS_MAX ((size_t)64 * 1024)

/* What a setting was given, last. */
struct given {
	const char *text;
	const char *origin;
	size_t line; /* in the file; 0: not there */
};

struct reading {
	struct arena *arena;
	struct buf problems;
	const char *path;    /* as it was named, for problems */
	const char *folder;  /* absolute; where relative paths begin */
	const char *section; /* the file's current one; NULL before the first and in unknown ones */
	bool any_section;
	struct settings values;
	struct given *given; /* beside setting_table */
};

static struct reading *last; /* the latest reading, also when it failed: owns its problems */
static bool in_force;

const struct settings *
settings(void)
{
	expect(in_force);
	return &last->values;
}

/* One line: the place, then the sentence. */
static void
problem(struct reading *r, const char *where, const char *sentence)
{
	if (r->problems.n > 0)
		buf_char(&r->problems, '\n');
	buf_printf(&r->problems, "%s: %s", where, sentence);
}

static void
problem_at(struct reading *r, size_t line, const char *sentence)
{
	problem(r, arena_printf(r->arena, "%s:%zu", r->path, line), sentence);
}

/* A relative path begins in the file's folder; an empty one stays empty. */
static const char *
resolve(struct reading *r, const struct setting *s, const char *text)
{
	if (!(s->flags & SETTING_PATH) || *text == '\0' || *text == '/')
		return text;
	if (text_equal(text, "."))
		return r->folder;
	while (text_starts(text, "./"))
		text += 2;
	return arena_printf(r->arena, "%s/%s", text_equal(r->folder, "/") ? "" : r->folder, text);
}

/* Give a setting its text; what is wrong with it, or NULL. */
static const char *
give(struct reading *r, const struct setting *s, const char *text, const char *origin)
{
	const char *resolved = resolve(r, s, text);
	const char *wrong = setting_store(r->arena, s, resolved, &r->values);
	struct given *given = &r->given[s - setting_table];

	if (wrong)
		return arena_printf(r->arena, "%s in [%s] %s, not \"%s\"", s->key, s->section,
				    wrong, s->flags & SETTING_SECRET ? "***" : text);
	given->text = resolved;
	given->origin = origin;
	return NULL;
}

static void
see_section(void *arg, size_t line, const char *name)
{
	struct reading *r = arg;

	r->any_section = true;
	r->section = NULL;
	if (setting_section_exists(name)) {
		r->section = arena_dup(r->arena, name);
		return;
	}
	problem_at(r, line,
		   arena_printf(r->arena, "there is no section [%s]%s", name,
				setting_hint_section(r->arena, name)));
}

static void
see_known(struct reading *r, size_t line, const struct setting *s, const char *text)
{
	struct given *given = &r->given[s - setting_table];
	const char *wrong;

	if (given->line > 0) {
		problem_at(r, line,
			   arena_printf(r->arena,
					"%s in [%s] is given already in line %zu; remove one",
					s->key, s->section, given->line));
		return;
	}
	given->line = line;
	wrong = give(r, s, text, "file");
	if (wrong)
		problem_at(r, line, wrong);
}

static void
see_value(void *arg, size_t line, const char *key, const char *text)
{
	struct reading *r = arg;
	const struct setting *s;

	if (!r->any_section)
		problem_at(r, line, "a [section] must come before the first key");
	if (!r->section)
		return;
	s = setting_find(r->section, key);
	if (s)
		see_known(r, line, s, text);
	else
		problem_at(r, line,
			   arena_printf(r->arena, "there is no key \"%s\" in [%s]%s", key,
					r->section, setting_hint_key(r->arena, r->section, key)));
}

static void
see_broken(void *arg, size_t line, const char *sentence)
{
	problem_at(arg, line, sentence);
}

/* The file's bytes, at most one more than may be; errno is set on failure. */
static bool
read_whole(const char *path, char *out, size_t *n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;
	int error;

	*n = 0;
	if (fd < 0)
		return false;
	do {
		*n += (size_t)got;
		got = read(fd, out + *n, FILE_MAX_SIZE + 1 - *n);
	} while (got > 0);
	error = errno;
	close(fd);
	errno = error;
	return got == 0;
}

static void
read_file(struct reading *r)
{
	const struct ini_reader reader = { see_section, see_value, see_broken, r };
	struct arena *scratch = arena_new(0);
	char *text = arena_alloc(scratch, FILE_MAX_SIZE + 1);
	size_t n;

	if (!read_whole(r->path, text, &n))
		problem(r, r->path,
			arena_printf(r->arena,
				     "cannot be read: %s; `wagate init` makes a configuration",
				     strerror(errno)));
	else if (n > FILE_MAX_SIZE)
		problem(r, r->path, "is larger than 256 KiB; this is not a configuration file");
	else
		ini_read(r->arena, bytes_slice(text, n), &reader);
	arena_free(scratch);
}

static void
upper(char *text)
{
	for (; *text; text++) {
		if (*text >= 'a' && *text <= 'z')
			*text = (char)(*text - 'a' + 'A');
	}
}

static void
read_variable(struct reading *r, const struct setting *s)
{
	char *name = arena_printf(r->arena, "WAGATE_%s_%s", s->section, s->key);
	const char *text, *wrong;

	upper(name);
	text = getenv(name);
	if (!text)
		return;
	if (text_is_utf8(bytes_of(text)))
		wrong = give(r, s, arena_dup(r->arena, text), "environment");
	else
		wrong = "the value is not UTF-8 text";
	if (wrong)
		problem(r, name, wrong);
}

/* The folder of a path, absolute: programs change their directory when they go to the background.
 */
static const char *
folder_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = ".";
	char absolute[PATH_MAX];

	if (slash)
		folder = slash == path ? "/" : arena_dupn(arena, path, (size_t)(slash - path));
	return arena_dup(arena, realpath(folder, absolute) ? absolute : folder);
}

static struct reading *
begin(const char *path)
{
	struct arena *arena = arena_new(0);
	struct reading *r = arena_alloc(arena, sizeof(*r));
	const char *name = strrchr(path, '/');

	r->arena = arena;
	buf_init(&r->problems, arena, PROBLEMS_MAX);
	r->path = arena_dup(arena, path);
	r->folder = folder_of(arena, path);
	r->given = arena_array(arena, setting_count, sizeof(*r->given));
	r->values.file = "";
	if (*path)
		r->values.file =
			arena_printf(arena, "%s/%s", text_equal(r->folder, "/") ? "" : r->folder,
				     name ? name + 1 : path);
	return r;
}

enum rc
settings_load(const char *path, const char **problems)
{
	struct reading *r;

	if (!path)
		path = getenv("WAGATE_CONFIG");
	r = begin(path ? path : "");
	for (size_t i = 0; i < setting_count; i++)
		expect(!give(r, &setting_table[i], setting_table[i].absent, "default"));
	if (*r->path)
		read_file(r);
	for (size_t i = 0; i < setting_count; i++)
		read_variable(r, &setting_table[i]);
	if (last)
		arena_free(last->arena);
	last = r;
	in_force = r->problems.n == 0;
	*problems = buf_str(&r->problems);
	return in_force ? RC_OK : RC_INPUT;
}

static const char *
shown(const struct setting *s, const char *text)
{
	return (s->flags & SETTING_SECRET) && *text ? "***" : text;
}

void
settings_walk(void (*see)(void *arg, const struct setting_info *info), void *arg)
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *s = &setting_table[i];
		const struct given *given = last ? &last->given[i] : NULL;
		const struct setting_info info = {
			.section = s->section,
			.key = s->key,
			.value = shown(s, given ? given->text : s->absent),
			.absent = shown(s, s->absent),
			.sentence = s->sentence,
			.origin = given ? given->origin : "default",
			.secret = s->flags & SETTING_SECRET,
		};

		see(arg, &info);
	}
}
