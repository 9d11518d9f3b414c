/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The course of one request, the same for every program and transport: read, route, gate,
 * form, handler, problem, answer, end. Every request gets exactly one answer and one
 * log line. Nothing here is shared between requests.
 */
#include "web/exchange.h"

#include "core/crash_point.h"
#include "core/log.h"

static struct exchange *
exchange_new(const struct program *program, const struct web_site *site, struct transport *t)
{
	int64_t now_us = clock_elapsed_us();
	struct op *op = op_begin("web");
	struct exchange *x = arena_alloc(op->arena, sizeof(*x));

	x->web.op = op;
	x->web.program = program;
	x->web.transport = t;
	x->web.content_type = "";
	x->site = site;
	x->started_us = now_us;
	buf_init(&x->web.out, op->arena, WEB_ANSWER_MAX);
	return x;
}

/* One line: method, the route's path (never the address with its values), status. */
static void
exchange_log(const struct exchange *x, enum rc rc)
{
	const struct web *web = &x->web;
	char verb[160];

	snprintf(verb, sizeof(verb), "%s %s %d", x->head ? "HEAD" : web->method,
		 web->route != NULL ? web->route->path : "-", web->status);
	log_op(web->op, verb, rc, clock_elapsed_us() - x->started_us);
}

/* Make the answer for a failure; web->status is the site's hint of what HTTP calls it. */
static void
exchange_problem(struct exchange *x, enum rc rc)
{
	struct web *web = &x->web;
	int status = web->answered ? 0 : web->status;

	answer_reset(web);
	web->status = status;
	x->site->problem(web, rc);
	if (!web->answered && web_text(web, 500, "Something went wrong here.\n") != RC_OK)
		bug("a short text does not fit into an answer");
	if (x->allow != NULL && web->status == 405)
		web_set(web, "Allow", x->allow);
}

static void
exchange_end(struct exchange *x, enum rc rc)
{
	struct web *web = &x->web;
	struct transport *t = web->transport;
	void (*after)(void);

	if (rc == RC_OK && !web->answered)
		rc = op_fail(web->op, RC_INTERNAL, "The handler of %s gave no answer.",
			     web->route->path);
	if (rc != RC_OK)
		exchange_problem(x, rc);
	web_set(web, "X-Request-Id", web->op->request_id);
	if (x->site->headers != NULL)
		x->site->headers(web);
	CRASH_POINT("web.answering");
	answer_send(x);
	CRASH_POINT("web.answered");
	exchange_log(x, rc);
	t->end(t);
	after = x->site->after;
	op_end(web->op);
	if (after != NULL)
		after();
}

/* What came does not pass: a page shows its form again, an API answers with the problem. */
static enum rc
exchange_form(struct exchange *x)
{
	struct web *web = &x->web;
	const struct form *form = web->route->form;
	enum rc rc;

	rc = form_read(web, form);
	if (rc == RC_OK)
		return web->route->handle(web);
	if (rc != RC_INPUT || web->field_error_count == 0 || form->again == NULL ||
	    text_equal(web->content_type, "application/json"))
		return rc;
	op_forgive(web->op);
	TRY(form->again(web));
	if (web->status == 200)
		web->status = 422;
	return RC_OK;
}

static enum rc
exchange_step(struct exchange *x)
{
	struct web *web = &x->web;

	TRY(request_read(x));
	TRY(route_find(x));
	TRY(x->site->gate(web));
	/* A gate may answer itself: a redirect to the sign-in page. */
	if (web->answered)
		return RC_OK;
	if (web->route->form != NULL)
		return exchange_form(x);
	return web->route->handle(web);
}

void
exchange_serve(const struct program *program, const struct web_site *site, struct transport *t)
{
	struct exchange *x = exchange_new(program, site, t);
	enum rc rc = exchange_step(x);

	if (!park_leave(x, rc))
		exchange_end(x, rc);
}

void
exchange_resume(struct exchange *x)
{
	exchange_end(x, x->finish(&x->web));
}
