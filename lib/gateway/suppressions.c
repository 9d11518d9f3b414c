/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suppressions - the list of those who may not be messaged, as people change it
 *
 * Stop and start words change it on their own way in; here somebody decides. Lifting needs a
 * reason and keeps the row.
 */
#include "gateway/suppressions.h"

#include "core/ids.h"
#include "gateway/people.h"
#include "store/suppression_store.h"

enum { NOTE_MAX_POINTS = 500 };

/* Who is meant: a number's digits or a user id; NULL when it is neither. */
static const char *
person_of(struct op *op, const char *written)
{
	enum recipient_kind kind;
	const char *person;

	if (!recipient_read(op->arena, &person, &kind, written) || kind == RECIPIENT_GROUP)
		return NULL;
	return person;
}

static enum rc
not_a_person(struct op *op, const char *written)
{
	return op_refuse(op, RC_INPUT, "phone",
			 "\"%s\" is no phone number: country code and number, like +966500000001; "
			 "or a user id, like US.13491208655302741918",
			 written);
}

static enum rc
no_reason(struct op *op, const char *word)
{
	return op_refuse(op, RC_INPUT, "reason",
			 "There is no reason \"%s\": manual, opted_out, complaint, blocked "
			 "or marketing_opt_out",
			 word);
}

enum rc
gateway_list_suppressions(struct op *op, struct list *out, const char **next_cursor,
			  const struct suppression_filter *filter)
{
	const char *recipient = NULL;

	if (!text_empty(filter->reason) && !suppression_has_reason(filter->reason))
		return no_reason(op, filter->reason);
	if (!text_empty(filter->recipient)) {
		recipient = person_of(op, filter->recipient);
		if (recipient == NULL)
			recipient = filter->recipient;
	}
	TRY(suppression_store_list(op, out, recipient,
				   text_empty(filter->reason) ? NULL : filter->reason,
				   filter->lifted, filter->page.cursor, page_rows(filter->page)));
	*next_cursor = page_cut(out, sizeof(struct suppression), filter->page);
	return RC_OK;
}

static enum rc
check_draft(struct op *op, const struct suppression *s, const char *phone)
{
	if (s->recipient == NULL)
		return not_a_person(op, phone);
	if (!suppression_has_reason(s->reason))
		return no_reason(op, s->reason);
	if (s->note != NULL && text_points(s->note) > NOTE_MAX_POINTS)
		return op_refuse(op, RC_INPUT, "note", "A note has at most %d characters",
				 NOTE_MAX_POINTS);
	return RC_OK;
}

enum rc
gateway_check_suppression(struct op *op, struct suppression *out, const char *phone,
			  const char *reason, const char *note)
{
	*out = (struct suppression){
		.recipient = person_of(op, phone),
		.reason = text_empty(reason) ? "manual" : reason,
		.note = text_empty(note) ? NULL : note,
	};
	return check_draft(op, out, phone);
}

enum rc
gateway_add_suppression(struct op *op, struct suppression *out, const char *phone,
			const char *reason, const char *source, const char *note)
{
	struct batch *batch = batch_new(op);
	struct suppression added = { 0 };
	enum rc rc;

	TRY(gateway_check_suppression(op, &added, phone, reason, note));
	added.id = id_new(op, "sup");
	added.account_id = op->account_id;
	added.source = source;
	added.actor = op->actor;
	added.since = op->now;
	suppression_store_add(batch, &added);
	audit_add(op, batch, "suppression.add", added.id, added.reason);
	rc = db_commit(op, batch);
	if (rc == RC_CONFLICT) {
		op_forgive(op);
		return op_refuse(op, rc, "phone", "%s is suppressed as %s already",
				 recipient_written(op->arena, added.recipient), added.reason);
	}
	TRY(rc);
	*out = added;
	return RC_OK;
}

/* The rows that a reference means: one by id, or all active ones of a person. */
static enum rc
find_rows(struct op *op, struct list *out, const char *ref)
{
	struct suppression *one = arena_alloc(op->arena, sizeof(*one));
	const char *person;

	if (id_is(ref, "sup")) {
		TRY(suppression_store_get(op, one, ref));
		*out = (struct list){ 1, one };
		return RC_OK;
	}
	person = person_of(op, ref);
	TRY(suppression_store_active(op, out, person == NULL ? ref : person));
	return out->n == 0 ? RC_MISSING : RC_OK;
}

enum rc
gateway_lift_suppression(struct op *op, const char *ref, const char *why)
{
	struct batch *batch = batch_new(op);
	const struct suppression *rows;
	struct list found = { 0 };
	enum rc rc = find_rows(op, &found, ref);

	if (rc == RC_MISSING)
		return op_refuse(op, rc, "suppression", "%s is not suppressed", ref);
	TRY(rc);
	if (text_empty(why) || text_points(why) > NOTE_MAX_POINTS)
		return op_refuse(op, RC_INPUT, "why", "Say why, in at most %d characters",
				 NOTE_MAX_POINTS);
	rows = found.rows;
	for (size_t i = 0; i < found.n; i++) {
		suppression_store_lift(batch, rows[i].id, op->now, op->actor, why);
		audit_add(op, batch, "suppression.lift", rows[i].id, why);
	}
	rc = db_commit(op, batch);
	if (rc != RC_CONFLICT)
		return rc;
	op_forgive(op);
	return op_refuse(op, rc, "suppression", "That suppression is lifted already");
}
