/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attentions - what needs a person
 *
 * Each line says what is the matter and leads to where it can be changed. Found anew at every
 * look, so that nothing has to be ticked off.
 */
#include "gateway/attentions.h"

#include "domain/api_key.h"
#include "domain/instance.h"
#include "gateway/manage_instances.h"
#include "gateway/read_overview.h"
#include "store/api_key_store.h"
#include "store/endpoint_store.h"

enum { LINES_MAX = 30, KEYS_LOOKED_AT = 200 };
#define FAILING_MS HOUR_MS
#define EXPIRING_MS (7 * DAY_MS)

const struct shape attention_shape[] = {
	SHAPE(struct attention, level),
	SHAPE(struct attention, text),
	SHAPE(struct attention, link),
	SHAPE(struct attention, link_text),
	SHAPE_END,
};

struct lines {
	struct attention rows[LINES_MAX];
	size_t n;
};

static void
say(struct lines *lines, const char *level, const char *text, const char *link,
    const char *link_text)
{
	if (lines->n < LINES_MAX)
		lines->rows[lines->n++] = (struct attention){ level, text, link, link_text };
}

static const char *
manage_link(struct op *op, const struct instance *instance, const char *tab)
{
	return arena_printf(op->arena, "/instances/%s/manage?tab=%s", instance->id, tab);
}

static void
look_at_instance(struct op *op, struct lines *lines, const struct instance *i)
{
	const char *link = manage_link(op, i, "connection");

	if (text_equal(i->state, "closed") || text_equal(i->state, "restricted"))
		say(lines, "danger",
		    arena_printf(op->arena, "%s cannot send: %s", i->name,
				 text_empty(i->state_reason) ? i->state : i->state_reason),
		    link, "Check the connection");
	if (text_equal(i->state, "draft"))
		say(lines, "warning", arena_printf(op->arena, "%s has no credentials yet", i->name),
		    link, "Enter them");
	if (i->suspended_at.ms != 0)
		say(lines, "danger",
		    arena_printf(op->arena, "%s is suspended by the operator", i->name), link,
		    "Show");
	if (i->isolated_at.ms != 0)
		say(lines, "danger",
		    arena_printf(op->arena, "%s receives nothing: isolated by the operator",
				 i->name),
		    link, "Show");
	if (i->paused_at.ms != 0)
		say(lines, "warning", arena_printf(op->arena, "%s is paused", i->name),
		    manage_link(op, i, "connection"), "Resume it");
}

static void
look_at_instances(struct op *op, struct lines *lines, const struct list *instances)
{
	const struct instance *i = instances->rows;

	if (instances->n == 0)
		say(lines, "info", "There is no WhatsApp number yet", "/instances/new",
		    "Add an instance");
	for (size_t n = 0; n < instances->n; n++)
		look_at_instance(op, lines, &i[n]);
}

static enum rc
look_at_endpoints(struct op *op, struct lines *lines)
{
	const struct endpoint *e;
	struct list found;

	TRY(endpoint_store_list(op, &found, NULL));
	e = found.rows;
	for (size_t n = 0; n < found.n; n++) {
		if (!e[n].enabled && !text_empty(e[n].disabled_reason))
			say(lines, "danger",
			    arena_printf(op->arena, "The webhook %s is disabled: %s", e[n].url,
					 e[n].disabled_reason),
			    "/instances", "Show webhooks");
		else if (e[n].enabled && e[n].failing_since.ms != 0 &&
			 e[n].failing_since.ms < op->now.ms - FAILING_MS)
			say(lines, "warning",
			    arena_printf(op->arena, "The webhook %s has been failing since %s",
					 e[n].url,
					 clock_relative(op->arena, e[n].failing_since, op->now)),
			    "/instances", "Show webhooks");
	}
	return RC_OK;
}

static enum rc
look_at_keys(struct op *op, struct lines *lines)
{
	const struct api_key *key;
	struct list found;

	TRY(api_key_store_list(op, &found, NULL, KEYS_LOOKED_AT));
	key = found.rows;
	for (size_t n = 0; n < found.n; n++) {
		int64_t left = key[n].expires_at.ms - op->now.ms;

		if (key[n].expires_at.ms == 0 || key[n].revoked_at.ms != 0 || left < 0 ||
		    left > EXPIRING_MS)
			continue;
		say(lines, "warning",
		    arena_printf(op->arena, "The API key \"%s\" expires in %lld days", key[n].name,
				 (long long)left / DAY_MS + 1),
		    "/api-keys", "Make a new one");
	}
	return RC_OK;
}

static enum rc
look_at_switches(struct op *op, struct lines *lines, const struct account *account)
{
	bool suspended, isolated;

	TRY(gateway_switches(op, &suspended, &isolated));
	if (suspended)
		say(lines, "danger", "The operator has suspended sending on this gateway", NULL,
		    NULL);
	if (isolated)
		say(lines, "danger", "The operator has isolated this gateway: nothing comes in",
		    NULL, NULL);
	if (account->paused_at.ms != 0)
		say(lines, "danger",
		    arena_printf(op->arena, "This account is paused: %s",
				 text_empty(account->pause_reason) ? "by the operator"
								   : account->pause_reason),
		    NULL, NULL);
	if (!account->send_module)
		say(lines, "warning", "Sending is switched off for this account", NULL, NULL);
	return RC_OK;
}

enum rc
attentions_find(struct op *op, struct list *out, const struct account *account,
		const struct list *instances)
{
	struct lines *lines = arena_alloc(op->arena, sizeof(*lines));

	TRY(look_at_switches(op, lines, account));
	look_at_instances(op, lines, instances);
	TRY(look_at_endpoints(op, lines));
	TRY(look_at_keys(op, lines));
	*out = (struct list){ lines->n, lines->rows };
	return RC_OK;
}
