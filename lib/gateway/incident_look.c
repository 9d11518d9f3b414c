/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident_look - a subject as it is now: is something the matter, or how did it end
 *
 * One look per kind, used for what is new and for what is open alike, so that an incident ends by
 * the very rule by which it began.
 */
#include "gateway/incident_look.h"

#include "gateway/daily_count.h"
#include "store/account_store.h"
#include "store/api_key_store.h"
#include "store/endpoint_store.h"
#include "store/instance_store.h"
#include "store/template_store.h"

struct glance {
	struct op *op;
	struct finding *out;
	const char *subject, *name;
};

static enum rc
is_over(struct glance *g, const char *format, const char *name)
{
	g->out->over = arena_printf(g->op->arena, "%s %s", name, format);
	return RC_OK;
}

/* A subject that is gone is no trouble any more. */
static enum rc
is_gone(struct glance *g, enum rc rc)
{
	if (rc != RC_MISSING)
		return rc;
	op_forgive(g->op);
	return is_over(g, "was deleted", g->name);
}

static enum rc
find_instance(struct glance *g, struct instance *out)
{
	enum rc rc = instance_store_by_id(g->op, out, g->subject);

	return rc == RC_OK && !text_equal(out->account_id, g->op->account_id) ? RC_MISSING : rc;
}

static enum rc
look_at_instance(struct glance *g)
{
	struct instance instance = { 0 };
	enum rc rc = find_instance(g, &instance);

	if (rc != RC_OK)
		return is_gone(g, rc);
	g->out->bad = trouble_of_instance(g->op, &g->out->trouble, &instance);
	return is_over(g,
		       text_equal(instance.state, "open") ? "can send again"
							  : "is being connected anew",
		       instance.name);
}

static enum rc
look_at_quality(struct glance *g)
{
	struct instance instance = { 0 };
	enum rc rc = find_instance(g, &instance);

	if (rc != RC_OK)
		return is_gone(g, rc);
	g->out->bad = trouble_of_quality(g->op, &g->out->trouble, &instance);
	return is_over(g,
		       text_equal(instance.quality, "GREEN") ? "has good quality (GREEN) again"
							     : "has no low quality any more",
		       instance.name);
}

static enum rc
look_at_template(struct glance *g)
{
	struct wa_template t = { 0 };
	enum rc rc = template_store_get(g->op, &t, g->subject);

	if (rc != RC_OK)
		return is_gone(g, rc);
	g->out->bad = trouble_of_template(g->op, &g->out->trouble, &t);
	if (t.deleted_at.ms != 0)
		return is_over(g, "was deleted", g->name);
	return is_over(g,
		       text_equal(t.status, "APPROVED") ? "is approved"
							: "is under review at Meta again",
		       arena_printf(g->op->arena, "The template %s (%s)", t.name, t.language));
}

static enum rc
look_at_endpoint(struct glance *g)
{
	struct endpoint e = { 0 };
	enum rc rc = endpoint_store_get(g->op, &e, g->subject);
	const char *name;

	if (rc != RC_OK)
		return is_gone(g, rc);
	name = arena_printf(g->op->arena, "The webhook %s", trouble_place(g->op, e.url));
	g->out->bad = trouble_of_endpoint(g->op, &g->out->trouble, &e);
	if (!e.enabled)
		return is_over(g, "is switched off", name);
	return is_over(g, e.failing_since.ms == 0 ? "works" : "is switched on again", name);
}

static enum rc
look_at_key(struct glance *g)
{
	struct api_key key = { 0 };
	enum rc rc = api_key_store_by_ref(g->op, &key, g->subject);
	const char *name;

	if (rc != RC_OK)
		return is_gone(g, rc);
	name = arena_printf(g->op->arena, "The API key \"%s\"", key.name);
	g->out->bad = trouble_of_key(g->op, &g->out->trouble, &key);
	if (key.revoked_at.ms != 0)
		return is_over(g, "was revoked", name);
	return is_over(g,
		       key.expires_at.ms != 0 && key.expires_at.ms <= g->op->now.ms
			       ? "has expired: requests with it are refused"
			       : "does not expire soon any more",
		       name);
}

enum rc
incident_look_at_use(struct op *op, bool *bad, struct trouble *out, const struct account *account,
		     const char *window)
{
	struct plan_limits limits = plan_limits_of(account);
	struct account_use use = { 0 };

	*bad = false;
	if (limits.day == 0 && limits.month == 0)
		return RC_OK;
	TRY(use_store_get(op, &use, account_day(op, account->id), false));
	*bad = trouble_of_use(op, out, account, &use, window);
	return RC_OK;
}

static enum rc
look_at_limit(struct glance *g)
{
	struct account account = { 0 };

	TRY(account_store_get(g->op, &account));
	TRY(incident_look_at_use(g->op, &g->out->bad, &g->out->trouble, &account, g->subject));
	return is_over(g, "has room again", g->name);
}

enum rc
incident_look(struct op *op, struct finding *out, const char *kind, const char *subject,
	      const char *name)
{
	static const struct {
		const char *kind;
		enum rc (*look)(struct glance *g);
	} looks[] = {
		{ "instance", look_at_instance }, { "quality", look_at_quality },
		{ "template", look_at_template }, { "endpoint", look_at_endpoint },
		{ "limit", look_at_limit },       { "key", look_at_key },
	};
	struct glance glance = { op, out, subject, name };

	*out = (struct finding){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(looks); i++)
		if (text_equal(looks[i].kind, kind))
			return looks[i].look(&glance);
	return is_over(&glance, "is no longer watched", name);
}
