/* SPDX-License-Identifier: Apache-2.0 */
/*
 * management - calls at the provider for whoever manages numbers and templates
 *
 * An id is only forwarded where it belongs to the caller's own account and, for a key that is
 * bound to an instance, to that instance; the provider sees the instance's token and never the
 * caller's key.
 */
#include "gateway/management.h"

#include "core/log.h"
#include "db/db.h"
#include "domain/refusal.h"
#include "gateway/credentials.h"
#include "gateway/people.h"
#include "store/instance_store.h"
#include "store/template_store.h"

/* ---- the call ---------------------------------------------------------------------------- */

static enum rc
check_may(struct op *op, const struct instance *i, const struct provider *provider, bool change)
{
	if (provider == NULL || provider->manage_request == NULL)
		return op_refuse(op, RC_CONFLICT, refusal_word(REFUSAL_INSTANCE_STATE),
				 "The provider %s has no such management", i->provider);
	if (text_empty(i->access_token))
		return op_refuse(op, RC_CONFLICT, refusal_word(REFUSAL_INSTANCE_STATE),
				 "This instance is not connected (its state is %s); connect it in "
				 "the portal",
				 i->state);
	if (change && i->suspended_at.ms != 0)
		return op_refuse(op, RC_DENIED, refusal_word(REFUSAL_INSTANCE_PAUSED),
				 "The operator has suspended this instance since %s",
				 clock_rfc3339(op->arena, i->suspended_at));
	return RC_OK;
}

enum rc
gateway_manage(struct op *op, struct management *m)
{
	const struct instance *i = m->instance;
	const struct provider *provider = provider_of(i->provider);
	struct credentials credentials = { 0 };
	struct net_call call = { .op = op };

	TRY(check_may(op, i, provider, !text_equal(m->request.method, "GET")));
	TRY(credential_open(op, &credentials.access_token, SEALED_ACCESS_TOKEN, i->id,
			    i->access_token));
	provider->manage_request(op, &call, &credentials, &m->request);
	db_rest(op);
	net_perform(&call);
	provider->manage_read(op, &m->result, &call);
	if (m->own != NULL && m->result.tree != NULL)
		m->result.answer = cloud_readdress(op, m->result.answer, m->own);
	return RC_OK;
}

enum rc
gateway_manage_change(struct op *op, struct management *m, const char *verb)
{
	struct batch *batch;
	enum rc rc;

	TRY(gateway_manage(op, m));
	if (!m->result.done)
		return RC_OK;
	batch = batch_new(op);
	audit_add(op, batch, verb, m->request.object, NULL);
	rc = db_commit(op, batch);
	/* It is done: the caller must not be told otherwise. */
	if (rc != RC_OK)
		log_line(LOG_WARN, "event=management.unrecorded verb=%s object=%s why=\"%s\"", verb,
			 m->request.object, op->why);
	op_forgive(op);
	return RC_OK;
}

/* ---- whose is it ------------------------------------------------------------------------- */

static bool
key_covers(const struct op *op, const struct api_key *key, const struct instance *i)
{
	return text_equal(i->account_id, op->account_id) &&
	       (key == NULL || api_key_covers(key, i->id));
}

static enum rc
refuse_instance(struct op *op, const char *sentence)
{
	return op_refuse(op, RC_MISSING, refusal_word(REFUSAL_INSTANCE_UNKNOWN), "%s", sentence);
}

enum rc
gateway_instance_for(struct op *op, struct instance *out, const struct api_key *key,
		     const char *phone_number_id)
{
	struct instance found = { 0 };
	enum rc rc;

	if (phone_number_id != NULL) {
		rc = instance_store_by_phone(op, &found, phone_number_id);
		if (rc == RC_MISSING || (rc == RC_OK && !key_covers(op, key, &found)))
			return refuse_instance(op, "This API key has no instance with that "
						   "phone_number_id");
	} else if (key != NULL && key->instance_id != NULL) {
		rc = instance_store_by_ref(op, &found, key->instance_id);
	} else {
		rc = instance_store_only(op, &found);
	}
	if (rc == RC_MISSING)
		return refuse_instance(op, "This account has no instance, or several; say which by "
					   "phone_number_id, or use an API key that is bound to "
					   "one");
	TRY(rc);
	*out = found;
	return RC_OK;
}

static enum rc
find_number(struct op *op, struct graph_object *out, const struct api_key *key, const char *id)
{
	struct instance found = { 0 };
	enum rc rc = instance_store_by_phone(op, &found, id);

	if (rc == RC_MISSING)
		return RC_OK;
	TRY(rc);
	out->kind = key_covers(op, key, &found) ? GRAPH_NUMBER : GRAPH_FOREIGN;
	out->instance = found;
	return RC_OK;
}

/* An open one is asked first: its token is the likeliest to be good. */
static enum rc
find_waba(struct op *op, struct graph_object *out, const struct api_key *key, const char *id)
{
	const struct instance *rows, *best = NULL;
	struct list list;

	TRY(instance_store_by_waba(op, &list, id));
	rows = list.rows;
	for (size_t i = 0; i < list.n; i++)
		if (key_covers(op, key, &rows[i]) &&
		    (best == NULL ||
		     (!text_equal(best->state, "open") && text_equal(rows[i].state, "open"))))
			best = &rows[i];
	if (list.n > 0)
		out->kind = best != NULL ? GRAPH_WABA : GRAPH_FOREIGN;
	if (best != NULL)
		out->instance = *best;
	return RC_OK;
}

static enum rc
find_template(struct op *op, struct graph_object *out, const struct api_key *key, const char *id)
{
	enum rc rc = template_store_get(op, &out->template, id);

	if (rc == RC_MISSING)
		return RC_OK;
	TRY(rc);
	TRY(find_waba(op, out, key, out->template.waba_id));
	out->kind = out->kind == GRAPH_WABA ? GRAPH_TEMPLATE : GRAPH_FOREIGN;
	return RC_OK;
}

enum rc
gateway_find_object(struct op *op, struct graph_object *out, const struct api_key *key,
		    const char *id)
{
	struct graph_object found = { .kind = GRAPH_UNKNOWN };

	TRY(find_number(op, &found, key, id));
	if (found.kind == GRAPH_UNKNOWN)
		TRY(find_waba(op, &found, key, id));
	if (found.kind == GRAPH_UNKNOWN)
		TRY(find_template(op, &found, key, id));
	*out = found;
	return RC_OK;
}
