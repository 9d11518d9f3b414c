/* SPDX-License-Identifier: Apache-2.0 */
/*
 * templates - message templates: what an account has, and its changes at the provider
 *
 * Lists come from the store, which the worker keeps like the provider's; an account's first
 * question has it filled at once. A change is the provider's to accept: its answer is passed on,
 * and what it accepted is in the store before the caller has the answer.
 */
#include "gateway/templates.h"

#include "core/log.h"
#include "domain/refusal.h"
#include "gateway/people.h"
#include "gateway/templates_sync.h"

/* ---- reading ----------------------------------------------------------------------------- */

static enum rc
need_waba(struct op *op, const struct instance *instance)
{
	if (!text_empty(instance->waba_id))
		return RC_OK;
	return op_refuse(op, RC_CONFLICT, refusal_word(REFUSAL_INSTANCE_STATE),
			 "The instance %s has no waba_id: its WhatsApp Business Account is not "
			 "known",
			 instance->slug);
}

/* When the instance's list was and will be read; zeroed when it never was. */
static enum rc
read_sync(struct op *op, struct template_sync *out, const struct instance *instance)
{
	struct template_sync found = { 0 };
	enum rc rc;

	TRY(need_waba(op, instance));
	rc = template_store_sync(op, &found, instance->waba_id);
	if (rc != RC_MISSING)
		TRY(rc);
	found.account_id = instance->account_id;
	found.waba_id = instance->waba_id;
	*out = found;
	return RC_OK;
}

static enum rc
drive(struct op *op, struct template_run *run, struct template_summary *out)
{
	const char *failed = NULL;
	bool over = false;
	enum rc rc = RC_OK;

	while (rc == RC_OK && !over) {
		template_run_ask(run);
		net_perform(&run->call);
		rc = template_run_take(run, &over, &failed);
	}
	if (rc != RC_OK)
		rc = op_fail(op, rc, "%s", run->op->why);
	else if (failed != NULL)
		rc = op_refuse(op, RC_UPSTREAM, refusal_word(REFUSAL_PROVIDER),
			       "The list of templates could not be read: %s", failed);
	else
		*out = (struct template_summary){ (int64_t)run->seen_count, run->changed,
						  run->gone };
	template_run_end(run);
	return rc;
}

static enum rc
sync_now(struct op *op, struct template_summary *out, const struct template_sync *sync)
{
	struct template_run *run = NULL;
	enum rc rc = template_run_begin(op, &run, sync, true);

	db_rest(op);
	if (rc == RC_CONFLICT && sync->failures > 0)
		return op_refuse(op, RC_UPSTREAM, refusal_word(REFUSAL_PROVIDER),
				 "The list of templates could not be read: %s; it is tried again "
				 "at %s",
				 sync->reason, clock_rfc3339(op->arena, sync->due_at));
	if (rc == RC_CONFLICT)
		return op_fail(op, RC_BUSY,
			       "The list of templates is being read just now, or was a moment ago");
	TRY(rc);
	if (run == NULL)
		return op_refuse(op, RC_CONFLICT, refusal_word(REFUSAL_INSTANCE_STATE),
				 "No instance of the WhatsApp Business Account %s is connected",
				 sync->waba_id);
	return drive(op, run, out);
}

enum rc
gateway_sync_templates(struct op *op, struct template_summary *out, const struct instance *instance)
{
	struct template_sync sync = { 0 };

	TRY(read_sync(op, &sync, instance));
	return sync_now(op, out, &sync);
}

/* ---- lists ------------------------------------------------------------------------------- */

const char *
template_cursor(struct op *op, const struct wa_template *t)
{
	return text_base64(op->arena,
			   bytes_of(arena_printf(op->arena, "%s|%s", t->name, t->language)));
}

static enum rc
read_cursor(struct op *op, struct template_query *query, const char *cursor)
{
	struct bytes plain;
	char *text, *bar;

	if (text_empty(cursor))
		return RC_OK;
	if (text_unbase64(op->arena, cursor, &plain) && text_is_utf8(plain)) {
		text = arena_dupn(op->arena, plain.p, plain.n);
		bar = strchr(text, '|');
		if (bar != NULL) {
			*bar = '\0';
			query->after_name = text;
			query->after_language = bar + 1;
			return RC_OK;
		}
	}
	return op_refuse(op, RC_INPUT, "after", "after is no cursor of this list");
}

enum rc
gateway_list_templates(struct op *op, struct list *out, const char **next,
		       const struct instance *instance, const struct template_filter *filter)
{
	struct template_query query = {
		.waba_id = instance->waba_id,
		.name = filter->name,
		.status = filter->status,
		.category = filter->category,
		.language = filter->language,
		.limit = filter->limit + 1,
	};
	struct template_sync sync = { 0 };
	struct template_summary summary;
	const struct wa_template *rows;
	struct list list;

	TRY(read_cursor(op, &query, filter->after));
	TRY(read_sync(op, &sync, instance));
	if (sync.synced_at.ms == 0)
		TRY(sync_now(op, &summary, &sync));
	TRY(template_store_list(op, &list, &query));
	rows = list.rows;
	*next = NULL;
	if (list.n > (size_t)filter->limit) {
		list.n = (size_t)filter->limit;
		*next = template_cursor(op, &rows[list.n - 1]);
	}
	*out = list;
	return RC_OK;
}

/* ---- changes ----------------------------------------------------------------------------- */

static enum rc
read_object(struct op *op, json_t **out, struct bytes body)
{
	if (json_read(op, out, body) == RC_OK && json_is_object(*out))
		return RC_OK;
	if (op->why[0] == '\0')
		return op_refuse(op, RC_INPUT, refusal_word(REFUSAL_JSON),
				 "The body must be a JSON object");
	snprintf(op->code, sizeof(op->code), "%s", refusal_word(REFUSAL_JSON));
	return RC_INPUT;
}

/* The provider has done it: a database that is away does not undo that, and the next reading of
 * the list brings it. */
static void
keep(struct op *op, struct batch *batch, const struct management *m)
{
	if (db_commit(op, batch) != RC_OK)
		log_line(LOG_WARN, "event=template.unrecorded object=%s why=\"%s\"",
			 m->request.object, op->why);
	op_forgive(op);
}

/* Refused: nothing changed. No answer: it may have, so the list is read again. */
static bool
is_done(struct op *op, const struct management *m)
{
	struct batch *batch;

	if (m->result.outcome == NET_UNKNOWN) {
		batch = batch_new(op);
		template_store_want(batch, m->instance->waba_id, op->now, false);
		batch_wakes_worker(batch);
		keep(op, batch, m);
	}
	return m->result.done;
}

enum rc
gateway_create_template(struct op *op, struct management *m)
{
	struct wa_template created = { 0 };
	struct batch *batch;
	json_t *body;

	TRY(read_object(op, &body, m->request.body));
	TRY(gateway_manage(op, m));
	if (!is_done(op, m))
		return RC_OK;
	batch = batch_new(op);
	audit_add(op, batch, "template.create", m->request.object, json_str(body, "name"));
	if (cloud_template_created(op, &created, body, m->result.tree)) {
		created.waba_id = m->instance->waba_id;
		created.as_of = op->now;
		(void)template_store_put(batch, &created, op->now);
	} else {
		/* Made from the provider's library: the body does not say what is in it. */
		template_store_want(batch, m->instance->waba_id, op->now, false);
		batch_wakes_worker(batch);
	}
	keep(op, batch, m);
	return RC_OK;
}

/* What the provider makes of an edited template (its status, its category) is read from it. */
enum rc
gateway_edit_template(struct op *op, struct management *m, const struct wa_template *t)
{
	struct batch *batch;
	json_t *body;

	TRY(read_object(op, &body, m->request.body));
	TRY(gateway_manage(op, m));
	if (!is_done(op, m))
		return RC_OK;
	batch = batch_new(op);
	audit_add(op, batch, "template.edit", t->id, t->name);
	template_store_want(batch, t->waba_id, op->now, false);
	batch_wakes_worker(batch);
	keep(op, batch, m);
	return RC_OK;
}

enum rc
gateway_delete_template(struct op *op, struct management *m, const char *name, const char *id)
{
	struct wa_template gone = { .waba_id = m->instance->waba_id, .name = name, .id = id };
	struct batch *batch;

	if (text_empty(name))
		return op_refuse(op, RC_INPUT, "name", "name is required");
	TRY(gateway_manage(op, m));
	if (!is_done(op, m))
		return RC_OK;
	batch = batch_new(op);
	gone.as_of = op->now;
	audit_add(op, batch, "template.delete", id == NULL ? m->request.object : id, name);
	(void)template_store_gone(batch, &gone, op->now);
	keep(op, batch, m);
	return RC_OK;
}
