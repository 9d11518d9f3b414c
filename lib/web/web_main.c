/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main of every web program: one process serves one table of routes, as FastCGI with
 * threads or as plain CGI, whichever it was started as.
 */
#include "web/exchange.h"

#include <fcgiapp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STACK_BYTES = 256 << 10 };

void
web_thread_start(pthread_t *out, void *(*run)(void *))
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int error;

	/* Signals are for the main thread: libfcgi does not repeat an interrupted read. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	error = pthread_create(out, &attributes, run, NULL);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		fatal("cannot start a thread: %s", strerror(error));
}

/* libfcgi waits up to two seconds for the server to close first. On a unix socket what was
 * written stays readable after our close, so no thread has to wait there. */
static void
web_tune_libfcgi(void)
{
	struct sockaddr_storage address = { 0 };
	socklen_t size = sizeof(address);

	if (getsockname(STDIN_FILENO, (struct sockaddr *)&address, &size) == 0 &&
	    address.ss_family == AF_UNIX)
		setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 0);
}

static bool cgi;

static void
web_find_transport(void)
{
	web_tune_libfcgi();
	cgi = FCGX_IsCGI();
}

bool
web_is_cgi(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, web_find_transport);
	return cgi;
}

int
web_main(const struct program *program, const struct web_site *site)
{
	route_check(program);
	signal(SIGPIPE, SIG_IGN);
	if (program->start != NULL)
		program->start();
	if (web_is_cgi())
		cgi_serve(program, site);
	else
		fcgi_serve(program, site);
	if (program->stop != NULL)
		program->stop();
	return 0;
}

static json_t *
web_describe_routes(struct op *op, const struct program *program, const struct web_site *site)
{
	json_t *routes = json_new_array(op);

	for (size_t i = 0; i < program->route_count; i++) {
		const struct route *r = &program->routes[i];
		json_t *route = json_object();

		json_put(route, "method", r->method);
		json_put(route, "path", r->path);
		if (site->gate_name != NULL)
			json_put(route, "gate", site->gate_name(r->gate));
		else
			json_put_int(route, "gate", r->gate);
		if (r->max_body > 0)
			json_put_int(route, "max_body", (int64_t)r->max_body);
		json_array_append_new(routes, route);
	}
	return routes;
}

int
web_describe(const struct program *program, const struct web_site *site)
{
	struct op *op = op_begin("describe");
	json_t *all = json_new(op), *pages = json_new_array(op);
	const char *text;

	for (size_t i = 0; i < program->page_count; i++)
		json_array_append_new(pages, json_string(program->pages[i].template));
	json_put(all, "program", program->name);
	if (program->streams)
		json_put_bool(all, "streams", true);
	json_object_set(all, "routes", web_describe_routes(op, program, site));
	json_object_set(all, "pages", pages);
	text = json_text(op, all);
	dprintf(STDOUT_FILENO, "%s\n", text);
	op_end(op);
	return 0;
}
