/* SPDX-License-Identifier: Apache-2.0 */
/*
 * problem - what a failure looks like from outside, once for all programs
 *
 * An API answers in its dialect's error shape, everything else with a finished page. The
 * sentence that the first frame recorded is for the person, except where the fault is ours or
 * the provider's: then the request id is what helps, and the sentence stays in the log.
 */
#include "site/visitor.h"

static const struct {
	int status;
	enum refusal refusal; /* an API's answer where no step recorded one */
	const char *headline;
	const char *sentence; /* NULL: the recorded one */
	bool retry;           /* the same again may work */
} problems[RC__MAX] = {
	[RC_INPUT] = { 422, REFUSAL_FIELD, "That does not fit", NULL, false },
	[RC_AUTH] = { 401, REFUSAL_KEY_UNKNOWN, "Please sign in", NULL, false },
	[RC_DENIED] = { 403, REFUSAL_SCOPE, "Not allowed", NULL, false },
	[RC_MISSING] = { 404, REFUSAL_NOT_FOUND, "Not found",
			 "There is nothing here. It may have been deleted, or the address has a "
			 "typing error.",
			 false },
	[RC_CONFLICT] = { 409, REFUSAL_NONE, "That does not go together", NULL, false },
	[RC_LIMIT] = { 429, REFUSAL_NONE, "Too many requests", NULL, true },
	[RC_BUSY] = { 503, REFUSAL_BUSY, "Not right now",
		      "The gateway cannot do this at the moment. Nothing has happened; try again "
		      "in a few seconds.",
		      true },
	[RC_UPSTREAM] = { 502, REFUSAL_PROVIDER, "The provider did not answer as it should",
			  "Nothing is wrong with what you did. Try again; if it stays, the request "
			  "id below helps to find the cause.",
			  true },
	[RC_INTERNAL] = { 500, REFUSAL_INTERNAL, "Something went wrong here",
			  "The fault is ours. The request id below helps to find the cause.",
			  true },
};

/* Seconds after which a client may try again what was not possible now. */
#define RETRY_AFTER "2"

struct problem_page {
	const char *title, *headline, *sentence;
	int64_t status;
	bool retry;
};

static const struct shape problem_shape[] = {
	SHAPE(struct problem_page, title),    SHAPE(struct problem_page, headline),
	SHAPE(struct problem_page, sentence), SHAPE(struct problem_page, status),
	SHAPE(struct problem_page, retry),    SHAPE_END,
};

const struct page problem_page = { "error.html", problem_shape, sizeof(struct problem_page) };

/* What HTTP itself has a word for, found before any step ran. */
static enum refusal
refusal_of_status(int status)
{
	switch (status) {
	case 404:
		return REFUSAL_NOT_FOUND;
	case 405:
		return REFUSAL_METHOD;
	case 413:
		return REFUSAL_TOO_LARGE;
	case 415:
		return REFUSAL_MEDIA_TYPE;
	default:
		return REFUSAL_NONE;
	}
}

static enum refusal
refusal_of(const struct web *web, enum rc rc)
{
	for (enum refusal r = REFUSAL_NONE + 1; r < REFUSAL__MAX; r++)
		if (text_equal(web->op->code, refusal_word(r)))
			return r;
	/* Without a route it is the address that could not be read. */
	if (web->status == 400 && web->route != NULL &&
	    text_equal(web->content_type, "application/json"))
		return REFUSAL_JSON;
	if (refusal_of_status(web->status) != REFUSAL_NONE)
		return refusal_of_status(web->status);
	return problems[rc].refusal;
}

static const char *
sentence_of(const struct web *web, enum rc rc)
{
	bool ours = rc == RC_BUSY || rc == RC_UPSTREAM || rc == RC_INTERNAL;

	if (!ours && web->op->why[0] != '\0')
		return web->op->why;
	return problems[rc].sentence != NULL ? problems[rc].sentence : problems[rc].headline;
}

/* Failures that no dialect has a code for keep the guarded shape: a word and a sentence. */
static enum rc
problem_plain_json(struct web *web, int status, enum rc rc)
{
	struct op *op = web->op;
	json_t *body = json_new(op);

	json_put_bool(body, "success", false);
	json_put(body, "error", rc_text(rc));
	json_put(body, "message", sentence_of(web, rc));
	return web_json_value(web, status, body);
}

static enum rc
problem_json(struct web *web, int status, enum rc rc)
{
	enum refusal refusal = refusal_of(web, rc);
	const char *field = NULL, *reason = NULL;

	if (refusal == REFUSAL_NONE)
		return problem_plain_json(web, status, rc);
	if (web->field_error_count > 0) {
		field = web->field_errors[0].name;
		reason = web->field_errors[0].message;
	} else if (refusal == REFUSAL_FIELD && !text_equal(web->op->code, refusal_word(refusal))) {
		/* A verb names the wrong field by its code. */
		field = web->op->code[0] != '\0' ? web->op->code : NULL;
		reason = field != NULL ? web->op->why : NULL;
	}
	TRY(site_refuse(web, site_dialect(web->path), refusal, sentence_of(web, rc), field, reason,
			NULL));
	/* What HTTP says of a request that could not be read counts in every dialect. */
	if (status == 400 || status == 414)
		web->status = status;
	return RC_OK;
}

static enum rc
problem_show(struct web *web, int status, enum rc rc)
{
	struct problem_page page = {
		.title = problems[rc].headline,
		.headline = problems[rc].headline,
		.sentence = sentence_of(web, rc),
		.status = status,
		.retry = problems[rc].retry && text_equal(web->method, "GET"),
	};

	return web_page(web, status, &problem_page, &page);
}

/* Does the form of this request have a field of that name? */
static bool
form_has(const struct web *web, const char *name)
{
	const struct form *form = web->route->form;

	for (const struct field *f = form != NULL ? form->fields : NULL;
	     f != NULL && f->kind != FIELD_END; f++)
		if (text_equal(f->name, name))
			return true;
	return false;
}

enum rc
site_again(struct web *web, enum rc rc, web_handler *again)
{
	struct op *op = web->op;

	if (rc != RC_INPUT && rc != RC_AUTH && rc != RC_CONFLICT && rc != RC_LIMIT)
		return rc;
	web->field_errors[0].name =
		form_has(web, op->code) ? arena_dup(op->arena, op->code) : "form";
	web->field_errors[0].message = arena_dup(op->arena, op->why);
	web->field_error_count = 1;
	op_forgive(op);
	TRY(again(web));
	web->status = problems[rc].status;
	return RC_OK;
}

/* Not even the page for it can be made: the request id is the least. */
static void
problem_bare(struct web *web)
{
	const char *text = arena_printf(web->op->arena, "Something went wrong here (%s).\n",
					web->op->request_id);

	if (web_text(web, 500, text) != RC_OK)
		bug("a short text does not fit into an answer");
}

void
problem_answer(struct web *web, enum rc rc)
{
	bool api = site_is_api(web->path);
	int status = web->status != 0 ? web->status : problems[rc].status;

	if (status == 503 || status == 429)
		web_set(web, "Retry-After", RETRY_AFTER);
	/* An address that leads nowhere is told inside the frame of who is signed in. */
	if (!api && web->route == NULL && visitor_find(web) != RC_OK)
		web->who = NULL;
	if ((api ? problem_json(web, status, rc) : problem_show(web, status, rc)) != RC_OK)
		problem_bare(web);
}
