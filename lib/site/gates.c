/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gates - who may come in
 *
 * Each route names its gate. Pages send people who are not signed in to the sign-in page and
 * refuse those whose role is too low; APIs answer in their dialect. What changes something must
 * come from a page of ours (csrf.c); that is asked here, before any handler runs.
 */
#include "core/settings.h"
#include "gateway/people.h"
#include "site/visitor.h"

const struct visitor *
site_visitor(const struct web *web)
{
	int gate = web->route != NULL ? web->route->gate : GATE_OPEN;

	if (gate == GATE_OPEN || (gate >= GATE_USER && gate <= GATE_OPERATOR))
		return web->who;
	return NULL;
}

const struct session *
site_session(const struct web *web)
{
	const struct visitor *visitor = site_visitor(web);

	if (web->route->gate != GATE_OPEN && visitor == NULL)
		bug("%s has no session behind its gate", web->route->path);
	return visitor != NULL ? &visitor->session : NULL;
}

const struct api_key *
site_key(const struct web *web)
{
	return &site_caller(web)->key;
}

const struct caller *
site_caller(const struct web *web)
{
	int gate = web->route->gate;

	if (gate < GATE_KEY_SEND || gate > GATE_KEY_CONFIGURE)
		bug("%s has no API key behind its gate", web->route->path);
	return web->who;
}

enum rc
visitor_find(struct web *web)
{
	struct op *op = web->op;
	struct visitor *visitor = arena_alloc(op->arena, sizeof(*visitor));
	const char *token = web_cookie(web, COOKIE_SESSION);

	if (text_empty(token))
		return RC_AUTH;
	TRY(gateway_find_session(op, &visitor->session, token));
	TRY(gateway_find_account(op, &visitor->account, visitor->session.account_id));
	op->account_id = visitor->session.account_id;
	op->actor = arena_printf(op->arena, "user:%s", visitor->session.user_id);
	web->who = visitor;
	web->csrf_token = visitor->session.csrf_token;
	return RC_OK;
}

const char *
site_local(const char *next)
{
	if (text_empty(next) || next[0] != '/' || next[1] == '/' || strchr(next, '\\') != NULL ||
	    text_starts(next, "/login") || text_starts(next, "/logout"))
		return "/overview";
	return next;
}

void
site_begin_session(struct web *web, const char *token, struct instant expires)
{
	web_set_cookie(web, COOKIE_SESSION, token, (expires.ms - web->op->now.ms) / SECOND_MS);
	web_set_cookie(web, COOKIE_GUEST, "", 0);
}

enum rc
site_end_session(struct web *web)
{
	TRY(gateway_sign_out(web->op, web_cookie(web, COOKIE_SESSION)));
	web_set_cookie(web, COOKIE_SESSION, "", 0);
	return RC_OK;
}

static bool
changes_something(const struct web *web)
{
	return !text_equal(web->method, "GET");
}

/* To the sign-in page, and from there back to where the person wanted to go. */
static enum rc
gate_ask_to_sign_in(struct web *web)
{
	struct op *op = web->op;
	const char *here = web->path;

	op_forgive(op);
	if (changes_something(web))
		return web_see_other(web, "/login");
	if (!text_empty(web->query))
		here = arena_printf(op->arena, "%s?%s", web->path, web->query);
	return web_see_other(
		web, arena_printf(op->arena, "/login?next=%s", text_urlencode(op->arena, here)));
}

/* A form with files is read as it arrives, and its token with it: until then the Origin, which
 * every browser sends along with a form, has to be there and ours. */
static enum rc
check_origin(struct web *web)
{
	TRY(csrf_check_origin(web));
	return web->route->gate == GATE_UPLOAD ? csrf_needs_origin(web) : RC_OK;
}

static enum rc
gate_person(struct web *web, enum role least)
{
	const struct visitor *visitor;
	enum rc rc;

	if (changes_something(web))
		TRY(check_origin(web));
	rc = visitor_find(web);
	if (rc == RC_AUTH)
		return gate_ask_to_sign_in(web);
	if (rc != RC_OK)
		return rc;
	visitor = web->who;
	if (changes_something(web) && web->route->gate != GATE_UPLOAD)
		TRY(csrf_check_token(web, visitor->session.csrf_token, NULL));
	if (role_read(visitor->session.role) < least)
		return op_refuse(web->op, RC_DENIED, "role",
				 "This needs the role %s or higher; yours is %s.", role_text(least),
				 visitor->session.role);
	return RC_OK;
}

/* Anybody, but the page shows who is signed in. Public pages are there without a database. */
static enum rc
gate_open(struct web *web)
{
	if (visitor_find(web) != RC_OK)
		op_forgive(web->op);
	if (!changes_something(web))
		return RC_OK;
	TRY(csrf_check_origin(web));
	return csrf_check_token(web, web->csrf_token, web_cookie(web, COOKIE_GUEST));
}

static enum rc
gate_key(struct web *web, const char *scope)
{
	struct op *op = web->op;
	struct caller *caller = arena_alloc(op->arena, sizeof(*caller));
	const struct approach approach = { web_header_in(web, "Authorization"), web->client,
					   scope };
	enum refusal refusal = REFUSAL_NONE;
	enum rc rc = gateway_identify(op, caller, &refusal, &approach);

	if (rc == RC_AUTH || rc == RC_DENIED)
		return site_refuse(web, site_dialect(web->path), refusal, op->why, NULL, NULL,
				   NULL);
	if (rc != RC_OK)
		return rc;
	op->account_id = caller->key.account_id;
	op->actor = arena_printf(op->arena, "key:%s", caller->key.id);
	web->who = caller;
	return RC_OK;
}

static enum rc
gate_simulator(struct web *web)
{
	if (settings()->simulator_on)
		return RC_OK;
	return op_refuse(web->op, RC_MISSING, "not_found",
			 "The simulator is off: [simulator] on = true turns it on.");
}

static enum rc
gate_nothing(struct web *web)
{
	(void)web;
	return RC_OK;
}

static const struct {
	const char *name;
	enum rc (*enter)(struct web *web); /* or one of the two below */
	const char *scope;                 /* for API keys that have it */
	enum role least;                   /* for people, of this role and above */
} gates[] = {
	[GATE_OPEN] = { "open", gate_open, NULL, ROLE_NONE },
	[GATE_BARE] = { "bare", gate_nothing, NULL, ROLE_NONE },
	[GATE_KEY_SEND] = { "send key", NULL, "send", ROLE_NONE },
	[GATE_KEY_READ] = { "read key", NULL, "read", ROLE_NONE },
	[GATE_KEY_SUPPRESS] = { "suppress key", NULL, "suppress", ROLE_NONE },
	[GATE_KEY_CONFIGURE] = { "configure key", NULL, "configure", ROLE_NONE },
	[GATE_USER] = { "user", NULL, NULL, ROLE_VIEWER },
	[GATE_DEVELOPER] = { "developer", NULL, NULL, ROLE_DEVELOPER },
	[GATE_UPLOAD] = { "developer upload", NULL, NULL, ROLE_DEVELOPER },
	[GATE_ADMIN] = { "admin", NULL, NULL, ROLE_ADMIN },
	[GATE_OWNER] = { "owner", NULL, NULL, ROLE_OWNER },
	[GATE_OPERATOR] = { "operator", NULL, NULL, ROLE_OPERATOR },
	[GATE_PROVIDER] = { "provider", gate_nothing, NULL, ROLE_NONE },
	[GATE_SIMULATOR] = { "simulator", gate_simulator, NULL, ROLE_NONE },
};

const char *
gate_name(int gate)
{
	if (gate <= GATE_MISSING || (size_t)gate >= ARRAY_LEN(gates))
		return "missing";
	return gates[gate].name;
}

enum rc
gate_enter(struct web *web)
{
	int gate = web->route->gate;

	expect(gate > GATE_MISSING && (size_t)gate < ARRAY_LEN(gates));
	if (gates[gate].enter != NULL)
		return gates[gate].enter(web);
	if (gates[gate].scope != NULL)
		return gate_key(web, gates[gate].scope);
	return gate_person(web, gates[gate].least);
}
