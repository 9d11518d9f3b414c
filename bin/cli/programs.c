/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which programs there are and which addresses belong to them. The programs say so themselves
 * (--describe), so that a route is written down once, in its program's table.
 */
#include <dirent.h>
#include <libgen.h>
#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/settings.h"
#include "serve.h"

enum { DESCRIPTION_MAX = 1 << 20, PROGRAMS_MAX = 40 };

static const char *
place_of_self(struct op *op)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n < 0)
		fatal("cannot tell where this program is: /proc is not mounted");
	path[n] = '\0';
	return arena_dup(op->arena, dirname(path));
}

const char *
place_of_programs(struct op *op)
{
	return arena_printf(op->arena, "%s/../cgi-bin", place_of_self(op));
}

const char *
place_of_binary(struct op *op, const char *name)
{
	return arena_printf(op->arena, "%s/%s", place_of_self(op), name);
}

const char *
place_of_static(struct op *op)
{
	const char *self = place_of_self(op);
	const char *built = arena_printf(op->arena, "%s/../www", self);

	if (!text_empty(settings()->web_static))
		return settings()->web_static;
	if (access(built, X_OK) == 0)
		return built;
	return arena_printf(op->arena, "%s/../../../share/wagate/www", self);
}

/* What `file --describe` prints. */
static enum rc
run_describe(struct op *op, struct buf *out, const char *file)
{
	char chunk[8192];
	int pipefd[2], status = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(pipefd) != 0 || (pid = fork()) < 0)
		return op_fail(op, RC_INTERNAL, "cannot start %s: %m", file);
	if (pid == 0) {
		dup2(pipefd[1], 1);
		close(pipefd[0]);
		execl(file, file, "--describe", (char *)NULL);
		_exit(127);
	}
	close(pipefd[1]);
	while ((n = read(pipefd[0], chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)n);
	close(pipefd[0]);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		return op_fail(op, RC_INTERNAL, "%s --describe failed; is the build complete?",
			       file);
	return RC_OK;
}

/* "/api-keys/:id/revoke" begins with "/api-keys". */
static const char *
literal_beginning(struct op *op, const char *path)
{
	size_t n = strcspn(path, ":*");

	if (path[n] != '\0')
		while (n > 1 && path[n - 1] == '/')
			n--;
	return arena_dupn(op->arena, path, n);
}

static bool
is_covered(const struct web_program *p, const char *prefix)
{
	for (size_t i = 0; i < p->prefix_count; i++)
		if (text_starts(prefix, p->prefixes[i]))
			return true;
	return false;
}

static int
longer_last(const void *a, const void *b)
{
	return (int)strlen(*(const char *const *)a) - (int)strlen(*(const char *const *)b);
}

static bool
is_versioned(const char *path)
{
	return text_starts(path, "/vN.M/");
}

static void
add_segment(struct buf *out, const char *segment, size_t n)
{
	static const char version[] = "vN.M";

	if (*segment == '*')
		buf_text(out, ".*");
	else if (*segment == ':')
		buf_text(out, "[^/]+");
	else if (n == strlen(version) && memcmp(segment, version, n) == 0)
		buf_text(out, "v[0-9]+\\.[0-9]+");
	else
		buf_add(out, segment, n);
}

/* "/vN.M/:id/media" as a regular expression; sorted by length, what is narrower comes first. */
static const char *
pattern_of(struct op *op, const char *path)
{
	const char *lead = "^";
	struct buf out;

	buf_init(&out, op->arena, 256);
	for (path++; *path != '\0'; lead = "/") {
		size_t n = strcspn(path, "/");

		buf_text(&out, lead);
		add_segment(&out, path, n);
		path += n + (path[n] == '/');
	}
	buf_text(&out, "$");
	return buf_str(&out);
}

static void
keep_patterns(struct op *op, struct web_program *p, const json_t *routes)
{
	size_t n = json_array_size(routes);

	p->patterns = arena_array(op->arena, n + 1, sizeof(*p->patterns));
	for (size_t i = 0; i < n; i++) {
		const char *path = json_str(json_array_get(routes, i), "path");
		const char *pattern = is_versioned(path) ? pattern_of(op, path) : NULL;

		if (pattern != NULL && !text_is_one_of(pattern, p->patterns, p->pattern_count))
			p->patterns[p->pattern_count++] = pattern;
	}
}

/* Routes that take more than web servers let pass elsewhere. */
static void
keep_large(struct op *op, struct web_program *p, const json_t *routes)
{
	size_t n = json_array_size(routes);

	p->large = arena_array(op->arena, n + 1, sizeof(*p->large));
	for (size_t i = 0; i < n; i++) {
		const json_t *route = json_array_get(routes, i);
		int64_t max = json_int(route, "max_body", 0);

		if (max <= WEB_REQUEST_MAX)
			continue;
		p->large[p->large_count++] = pattern_of(op, json_str(route, "path"));
		p->largest = max > p->largest ? max : p->largest;
	}
}

/* Only beginnings that no shorter one of the same program covers; "/" stays by itself, it
 * covers everything. */
static void
keep_beginnings(struct op *op, struct web_program *p, const json_t *routes)
{
	size_t n = json_array_size(routes), count = 0;
	const char **all = arena_array(op->arena, n + 1, sizeof(*all));

	for (size_t i = 0; i < n; i++) {
		const char *path = json_str(json_array_get(routes, i), "path");

		if (!is_versioned(path))
			all[count++] = literal_beginning(op, path);
	}
	qsort(all, count, sizeof(*all), longer_last);
	p->prefixes = arena_array(op->arena, n + 1, sizeof(*p->prefixes));
	for (size_t i = 0; i < count; i++)
		if (text_equal(all[i], "/") || !is_covered(p, all[i]))
			p->prefixes[p->prefix_count++] = all[i];
}

static enum rc
program_describe(struct op *op, struct web_program *p)
{
	struct buf text;
	json_t *description;

	buf_init(&text, op->arena, DESCRIPTION_MAX);
	TRY(run_describe(op, &text, p->file));
	TRY(json_read(op, &description, buf_bytes(&text)));
	keep_beginnings(op, p, json_object_get(description, "routes"));
	keep_patterns(op, p, json_object_get(description, "routes"));
	keep_large(op, p, json_object_get(description, "routes"));
	p->streams = json_flag(description, "streams", false);
	return RC_OK;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct web_program *)a)->name, ((const struct web_program *)b)->name);
}

enum rc
programs_find(struct op *op, struct list *out, const char *folder)
{
	struct web_program *found = arena_array(op->arena, PROGRAMS_MAX, sizeof(*found));
	size_t n = 0;
	struct dirent *entry;
	DIR *dir = opendir(folder);

	if (dir == NULL)
		return op_fail(op, RC_INTERNAL, "no programs in %s: run make first", folder);
	while ((entry = readdir(dir)) != NULL && n < PROGRAMS_MAX) {
		if (!text_ends(entry->d_name, ".fcgi"))
			continue;
		found[n].name = arena_dupn(op->arena, entry->d_name, strlen(entry->d_name) - 5);
		found[n++].file = realpath(arena_printf(op->arena, "%s/%s", folder, entry->d_name),
					   arena_alloc(op->arena, PATH_MAX));
	}
	closedir(dir);
	qsort(found, n, sizeof(*found), by_name);
	for (size_t i = 0; i < n; i++)
		TRY(program_describe(op, &found[i]));
	*out = (struct list){ n, found };
	return RC_OK;
}

static int
longest_first(const void *a, const void *b)
{
	const struct web_prefix *x = a, *y = b;
	int longer = (int)strlen(y->prefix) - (int)strlen(x->prefix);

	return longer != 0 ? longer : strcmp(x->prefix, y->prefix);
}

bool
program_is_served(const struct web_program *program)
{
	return settings()->simulator_on || !text_equal(program->name, "graph-sim");
}

/* Those of every program that is served, sorted; patterns, or else prefixes. */
static struct list
gather(struct op *op, const struct list *programs, bool patterns)
{
	const struct web_program *p = programs->rows;
	size_t total = 0, n = 0;
	struct web_prefix *all;

	for (size_t i = 0; i < programs->n; i++)
		total += patterns ? p[i].pattern_count : p[i].prefix_count;
	all = arena_array(op->arena, total + 1, sizeof(*all));
	for (size_t i = 0; i < programs->n; i++) {
		const char *const *each = patterns ? p[i].patterns : p[i].prefixes;
		size_t count = patterns ? p[i].pattern_count : p[i].prefix_count;

		for (size_t k = 0; program_is_served(&p[i]) && k < count; k++)
			all[n++] = (struct web_prefix){ each[k], &p[i] };
	}
	qsort(all, n, sizeof(*all), longest_first);
	return (struct list){ n, all };
}

struct list
programs_prefixes(struct op *op, const struct list *programs)
{
	return gather(op, programs, false);
}

struct list
programs_patterns(struct op *op, const struct list *programs)
{
	return gather(op, programs, true);
}
