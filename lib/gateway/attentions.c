/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attentions - what needs a person
 *
 * Each line says what is the matter and leads to where it can be changed. Found anew at every
 * look, by the rules that mail about incidents goes by, so that nothing has to be ticked off.
 */
#include "gateway/attentions.h"

#include "gateway/incident_look.h"
#include "gateway/manage_instances.h"
#include "gateway/read_overview.h"
#include "store/api_key_store.h"
#include "store/endpoint_store.h"
#include "store/incident_store.h"

enum { LINES_MAX = 30, KEYS_LOOKED_AT = 200, INCIDENTS_LOOKED_AT = 200 };

const struct shape attention_shape[] = {
	SHAPE(struct attention, level), SHAPE(struct attention, text),
	SHAPE(struct attention, link),  SHAPE(struct attention, link_text),
	SHAPE(struct attention, since), SHAPE_END,
};

struct lines {
	struct attention rows[LINES_MAX];
	size_t n;
	struct list open; /* struct incident, of the account */
};

static void
add(struct lines *lines, const struct attention *line)
{
	if (lines->n < LINES_MAX)
		lines->rows[lines->n++] = *line;
}

static void
say(struct lines *lines, const char *level, const char *text, const char *link,
    const char *link_text)
{
	add(lines, &(struct attention){ level, text, link, link_text, { 0 } });
}

/* When it was found, where the noun itself does not know since when. */
static struct instant
since_of(const struct lines *lines, const struct trouble *t)
{
	const struct incident *open = lines->open.rows;

	for (size_t i = 0; t->since.ms == 0 && i < lines->open.n; i++)
		if (text_equal(open[i].kind, t->kind) && text_equal(open[i].subject, t->subject))
			return open[i].since;
	return t->since;
}

static void
say_trouble(struct lines *lines, const struct trouble *t)
{
	bool danger = t->level >= INCIDENT_WORSE || text_equal(t->kind, "instance");

	add(lines, &(struct attention){ danger ? "danger" : "warning", t->text, t->link,
					t->link_text, since_of(lines, t) });
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
	struct trouble trouble;

	if (trouble_of_instance(op, &trouble, i))
		say_trouble(lines, &trouble);
	if (trouble_of_quality(op, &trouble, i))
		say_trouble(lines, &trouble);
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
	struct trouble trouble;
	const struct endpoint *e;
	struct list found;

	TRY(endpoint_store_list(op, &found, NULL));
	e = found.rows;
	for (size_t n = 0; n < found.n; n++)
		if (trouble_of_endpoint(op, &trouble, &e[n]))
			say_trouble(lines, &trouble);
	return RC_OK;
}

static enum rc
look_at_keys(struct op *op, struct lines *lines)
{
	struct trouble trouble;
	const struct api_key *key;
	struct list found;

	TRY(api_key_store_list(op, &found, NULL, KEYS_LOOKED_AT));
	key = found.rows;
	for (size_t n = 0; n < found.n; n++)
		if (trouble_of_key(op, &trouble, &key[n]))
			say_trouble(lines, &trouble);
	return RC_OK;
}

/* A template is looked for by what was found already: there may be thousands. */
static void
look_at_templates(struct lines *lines)
{
	const struct incident *open = lines->open.rows;

	for (size_t i = 0; i < lines->open.n; i++)
		if (text_equal(open[i].kind, "template"))
			add(lines, &(struct attention){ open[i].level >= INCIDENT_WORSE ? "danger"
											: "warning",
							open[i].text, NULL, NULL, open[i].since });
}

static enum rc
look_at_limits(struct op *op, struct lines *lines, const struct account *account)
{
	static const char *const windows[] = { "day", "month" };
	struct trouble trouble;
	bool bad;

	for (size_t i = 0; i < ARRAY_LEN(windows); i++) {
		TRY(incident_look_at_use(op, &bad, &trouble, account, windows[i]));
		if (bad)
			add(lines, &(struct attention){
					   trouble.level >= INCIDENT_WORSE ? "danger" : "warning",
					   trouble.text, NULL, NULL, since_of(lines, &trouble) });
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

	TRY(incident_store_list(op, &lines->open, true, NULL, INCIDENTS_LOOKED_AT));
	TRY(look_at_switches(op, lines, account));
	look_at_instances(op, lines, instances);
	TRY(look_at_endpoints(op, lines));
	look_at_templates(lines);
	TRY(look_at_limits(op, lines, account));
	TRY(look_at_keys(op, lines));
	*out = (struct list){ lines->n, lines->rows };
	return RC_OK;
}
