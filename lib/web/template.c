/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Template files and pages. Each file is compiled once per process and kept for life; the list
 * of compiled ones only grows at its head, so that finding one takes no lock.
 */
#include "web/template_in.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings.h"

enum { FILE_MAX = 256 << 10, PATH_BYTES = 1024 };

struct cached {
	const struct cached *next;
	const char *file;
	const struct template *template;
};

static struct {
	pthread_mutex_t lock; /* for compiling */
	_Atomic(const struct cached *) first;
	struct op *op; /* what is kept lives in its arena */
	const char *folder;
} cache = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool
is_folder(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

/* Beside the programs: in the source tree, or under the prefix they were installed to. */
static const char *
template_find_folder(struct arena *arena)
{
	static const char *const places[] = {
		"../../templates",
		"../share/wagate/templates",
		"../../share/wagate/templates",
		"../../../share/wagate/templates",
	};
	const char *set = settings()->web_templates;
	char self[PATH_BYTES];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (!text_empty(set)) {
		if (!is_folder(set))
			fatal("[web] templates = %s is not a folder", set);
		return set;
	}
	self[n > 0 ? n : 0] = '\0';
	*(strrchr(self, '/') != NULL ? strrchr(self, '/') : self) = '\0';
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		const char *path = arena_printf(arena, "%s/%s", self, places[i]);

		if (is_folder(path))
			return path;
	}
	fatal("no templates beside %s: set [web] templates to their folder", self);
}

static enum rc
template_read_file(struct op *op, const char **out, const char *file)
{
	const char *path = arena_printf(op->arena, "%s/%s", cache.folder, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buf text;
	char chunk[4096];
	ssize_t n;

	if (fd < 0)
		return op_fail(op, RC_INTERNAL, "cannot read the template %s: %s", path,
			       strerror(errno));
	buf_init(&text, op->arena, FILE_MAX);
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(&text, chunk, (size_t)n);
	close(fd);
	if (n < 0 || !buf_ok(&text) || !text_is_utf8(buf_bytes(&text)))
		return op_fail(op, RC_INTERNAL,
			       "the template %s is unreadable, longer than %d "
			       "bytes or not UTF-8",
			       path, FILE_MAX);
	*out = buf_str(&text);
	return RC_OK;
}

static const struct template *
cache_find(const char *file)
{
	const struct cached *c = atomic_load(&cache.first);

	while (c != NULL && strcmp(c->file, file) != 0)
		c = c->next;
	return c != NULL ? c->template : NULL;
}

/* Compile a file into the cache, whose lock is held. */
static enum rc
cache_add(struct op *op, const struct template **out, const char *file)
{
	struct cached *c;
	const char *text = NULL;

	if (cache.op == NULL) {
		cache.op = op_begin("templates");
		cache.folder = template_find_folder(cache.op->arena);
	}
	op_forgive(cache.op);
	c = arena_alloc(cache.op->arena, sizeof(*c));
	if (template_read_file(cache.op, &text, file) != RC_OK ||
	    template_compile(cache.op, &c->template, file, text) != RC_OK)
		return op_fail(op, RC_INTERNAL, "%s", cache.op->why);
	c->file = arena_dup(cache.op->arena, file);
	c->next = atomic_load(&cache.first);
	atomic_store(&cache.first, c);
	*out = c->template;
	return RC_OK;
}

enum rc
template_get(struct op *op, const struct template **out, const char *file)
{
	const struct template *t = cache_find(file);
	enum rc rc = RC_OK;

	if (t == NULL) {
		pthread_mutex_lock(&cache.lock);
		t = cache_find(file);
		if (t == NULL)
			rc = cache_add(op, &t, file);
		pthread_mutex_unlock(&cache.lock);
	}
	if (rc == RC_OK)
		*out = t;
	return rc;
}

enum rc
template_partial(struct render *r, const struct template **out, const char *name)
{
	const char *folder = strchr(name, '/') != NULL ? "" : "part/";
	const char *ending = text_ends(name, ".html") ? "" : ".html";

	if (r->content != NULL && strcmp(name, "content") == 0) {
		*out = r->content;
		return RC_OK;
	}
	return template_get(r->op, out, arena_printf(r->op->arena, "%s%s%s", folder, name, ending));
}

static enum rc
partial_json(struct render *r, const struct template **out, const char *name)
{
	const char *text = json_str(r->partials, name);

	return text != NULL ? template_compile(r->op, out, name, text) : RC_OK;
}

const struct scope *
template_scopes(struct op *op, const struct template_context *contexts, size_t n)
{
	struct scope *scopes = arena_array(op->arena, n + 1, sizeof(*scopes));

	for (size_t i = 0; i < n; i++) {
		scopes[i].outer = i > 0 ? &scopes[i - 1] : NULL;
		scopes[i].value = (struct value){ .kind = VALUE_STRUCT,
						  .shape = contexts[i].shape,
						  .object = contexts[i].object };
	}
	return n > 0 ? &scopes[n - 1] : NULL;
}

enum rc
template_render(struct op *op, struct buf *out, const struct template *t,
		const struct template_context *contexts, size_t n)
{
	struct render r = { .op = op, .out = out, .partial = template_partial, .strict = true };

	return render_template(&r, t, template_scopes(op, contexts, n), "");
}

enum rc
template_render_json(struct op *op, struct buf *out, const struct template *t, const json_t *data,
		     const json_t *partials)
{
	struct render r = { .op = op, .out = out, .partial = partial_json, .partials = partials };
	struct scope root = { .value = { .kind = VALUE_JSON, .json = data } };

	return render_template(&r, t, &root, "");
}
