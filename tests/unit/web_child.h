/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_CHILD_H
#define WEB_CHILD_H

/* A small web program that tests run in a child process, as CGI or FastCGI. */
#include "unit.h"

#include <poll.h>
#include <pthread.h>

#include "core/clock.h"
#include "web/form.h"
#include "web/web.h"

enum { CHILD_DEADLINE_MS = 20000 };

static enum rc
child_hello(struct web *web)
{
	return web_text(web, 200, "hello");
}

/* Holds its thread for the milliseconds of ?ms=. */
static enum rc
child_slow(struct web *web)
{
	int64_t ms = 100;

	if (web_query(web, "ms") != NULL && !text_int(web_query(web, "ms"), 0, 5000, &ms))
		return op_fail(web->op, RC_INPUT, "ms is not a number");
	poll(NULL, 0, (int)ms);
	return web_text(web, 200, "slow");
}

static enum rc
child_echo(struct web *web)
{
	struct bytes body;

	TRY(web_body(web, &body, 1 << 20));
	return web_reply(web, 200, "application/octet-stream", body);
}

static enum rc
child_finish(struct web *web)
{
	return web_text(web, 200, arena_printf(web->op->arena, "parked %s", web_query(web, "n")));
}

static void *
child_unpark(void *arg)
{
	struct web *web = arg;
	int64_t ms = 0;

	if (web_query(web, "ms") != NULL && text_int(web_query(web, "ms"), 0, 5000, &ms))
		poll(NULL, 0, (int)ms);
	web_unpark(web, child_finish);
	return NULL;
}

/* Finished by a thread of its own, perhaps before this handler is back. */
static enum rc
child_park(struct web *web)
{
	pthread_t thread;

	web_park(web);
	if (pthread_create(&thread, NULL, child_unpark, web) != 0)
		return op_fail(web->op, RC_BUSY, "no thread");
	pthread_detach(thread);
	return RC_OK;
}

static enum rc
child_park_and_fail(struct web *web)
{
	web_park(web);
	return op_fail(web->op, RC_BUSY, "not now");
}

/* Unparked before the handler is back. */
static enum rc
child_park_now(struct web *web)
{
	web_park(web);
	web_unpark(web, child_finish);
	return RC_OK;
}

static enum rc
child_gate(struct web *web)
{
	(void)web;
	return RC_OK;
}

static void
child_problem(struct web *web, enum rc rc)
{
	const char *text = arena_printf(web->op->arena, "%s: %s", rc_text(rc), web->op->why);

	int status = web->status != 0 ? web->status : rc == RC_BUSY ? 503 : 500;

	if (web_text(web, status, text) != RC_OK)
		abort();
}

static const struct route child_routes[] = {
	{ "GET", "/hello", 1, NULL, child_hello, 0 },
	{ "GET", "/slow", 1, NULL, child_slow, 0 },
	{ "POST", "/echo", 1, NULL, child_echo, 0 },
	{ "GET", "/park", 1, NULL, child_park, 0 },
	{ "GET", "/park/fail", 1, NULL, child_park_and_fail, 0 },
	{ "GET", "/park/now", 1, NULL, child_park_now, 0 },
};

static const struct web_site child_site = { .gate = child_gate, .problem = child_problem };

#endif
