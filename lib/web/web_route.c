/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which handler answers an address. Tables are short (a program serves one area), so they are
 * walked in order; what can be wrong with a table is found at start and is fatal there.
 */
#include "web/exchange.h"

/* Ends of the segment at p: where the next slash or the end is. */
static const char *
segment_end(const char *p)
{
	return p + strcspn(p, "/");
}

static const char *
skip_slash(const char *p)
{
	return *p == '/' ? p + 1 : p;
}

/* vN.M in a route is any version. */
static bool
segment_fits(const char *route, size_t route_n, const char *path, size_t path_n)
{
	static const char version[] = "vN.M";

	if (route_n == strlen(version) && memcmp(route, version, route_n) == 0)
		return path_n > 0 && text_version(path) == path_n;
	return path_n == route_n && memcmp(route, path, path_n) == 0;
}

bool
route_match(struct arena *arena, const char *route, const char *path,
	    const char *names[WEB_PARAMS_MAX], const char *values[WEB_PARAMS_MAX])
{
	size_t n = 0;

	memset(names, 0, WEB_PARAMS_MAX * sizeof(names[0]));
	route = skip_slash(route);
	path = skip_slash(path);
	for (; *route != '\0'; route = skip_slash(route)) {
		const char *route_end = segment_end(route), *path_end = segment_end(path);
		size_t length = (size_t)(route_end - route);

		if (*route == '*' || *route == ':') {
			if (*route == '*')
				path_end = path + strlen(path);
			else if (path_end == path)
				return false;
			expect(n < WEB_PARAMS_MAX);
			names[n] = arena_dupn(arena, route + 1, length - 1);
			values[n++] = arena_dupn(arena, path, (size_t)(path_end - path));
		} else if (!segment_fits(route, length, path, (size_t)(path_end - path))) {
			return false;
		}
		route = route_end;
		path = skip_slash(path_end);
	}
	return *path == '\0';
}

/* "GET, HEAD, POST": the methods of all routes with this path. */
static void
route_allow(struct buf *allow, const char *method)
{
	if (strstr(buf_str(allow), method) != NULL)
		return;
	buf_printf(allow, "%s%s%s", allow->n > 0 ? ", " : "", method,
		   strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

enum rc
route_find(struct exchange *x)
{
	struct web *web = &x->web;
	struct op *op = web->op;
	struct buf allow;

	buf_init(&allow, op->arena, 60);
	for (size_t i = 0; i < web->program->route_count; i++) {
		const struct route *route = &web->program->routes[i];

		if (!route_match(op->arena, route->path, web->path, x->param_names, web->params))
			continue;
		web->route = route;
		if (strcmp(route->method, web->method) == 0)
			return RC_OK;
		route_allow(&allow, route->method);
	}
	if (web->route == NULL) {
		web->status = 404;
		return op_refuse(op, RC_MISSING, "not_found", "There is nothing at %s.", web->path);
	}
	web->status = 405;
	x->allow = buf_str(&allow);
	return op_refuse(op, RC_INPUT, "method_not_allowed", "%s answers to %s, not to %s.",
			 web->path, x->allow, x->head ? "HEAD" : web->method);
}

/* A route that an earlier one answers for is a mistake in the table. */
static void
route_check_hidden(const struct program *program, size_t i)
{
	struct arena *arena = arena_new(0);
	const char *names[WEB_PARAMS_MAX], *values[WEB_PARAMS_MAX];
	const struct route *route = &program->routes[i];

	for (size_t j = 0; j < i; j++) {
		const struct route *earlier = &program->routes[j];

		if (strcmp(earlier->method, route->method) == 0 &&
		    route_match(arena, earlier->path, route->path, names, values))
			fatal("%s: %s %s is hidden by %s: put it first", program->name,
			      route->method, route->path, earlier->path);
	}
	arena_free(arena);
}

void
route_check(const struct program *program)
{
	for (size_t i = 0; i < program->route_count; i++) {
		const struct route *route = &program->routes[i];

		if (route->method == NULL || route->path == NULL || route->path[0] != '/')
			fatal("%s: route %zu has no method or path", program->name, i + 1);
		if (route->gate == 0)
			fatal("%s: %s %s does not say who may come in", program->name,
			      route->method, route->path);
		if (route->handle == NULL)
			fatal("%s: nobody answers %s %s", program->name, route->method,
			      route->path);
		route_check_hidden(program, i);
	}
}
