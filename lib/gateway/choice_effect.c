/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choice_effect - what a stop does beyond the suppression, and the one answer to a choice
 *
 * Messages that wait for the person are taken out of the queue in the transaction of the
 * suppression; one that is accepted at the same moment is refused when it is due. The answer goes
 * through the queue like any other message, as support; it is told apart by its source, which no
 * request can state, so that nothing else passes the suppression with it. It belongs to no key and
 * to no plan: an account that has used up its limits owes it all the same.
 */
#include "core/ids.h"
#include "core/json_out.h"
#include "core/settings.h"
#include "gateway/choices.h"
#include "gateway/send_message.h"
#include "store/account_store.h"
#include "store/choice_store.h"
#include "store/message_store.h"
#include "store/suppression_store.h"

/* Meta takes no answer later than the window; one that comes after an hour of trouble explains
 * nothing any more. 47 CFR 64.1200(a)(12) wants it within five minutes where it can be had. */
#define CONFIRMATION_VALID_MS HOUR_MS

/* ---- what waits -------------------------------------------------------------------------- */

static bool
is_taken(const struct list *rows, size_t n, const char *id)
{
	const struct message *messages = rows->rows;

	for (size_t i = 0; i < n; i++)
		if (text_equal(messages[i].id, id))
			return true;
	return false;
}

static enum rc
cancel_rows(struct op *op, struct batch *batch, const struct list *waiting, const struct list *done,
	    const char *reason)
{
	const struct message *rows = waiting->rows;
	struct account account = { 0 };

	if (waiting->n == 0)
		return RC_OK;
	TRY(account_store_get(op, &account));
	for (size_t i = 0; i < waiting->n; i++) {
		struct message message = rows[i];

		if (!suppression_blocks(reason, message.purpose, account.essential_purposes) ||
		    text_equal(message.source, SOURCE_OPT_OUT) ||
		    is_taken(done, done->n, message.id))
			continue;
		TRY(send_cancel_add(op, batch, &message, RC_BUSY));
	}
	return RC_OK;
}

enum rc
choice_cancel(struct op *op, struct batch *batch, const struct chooser *person, const char *reason)
{
	struct list of_number, of_user = { 0, NULL }, none = { 0, NULL };

	TRY(choice_store_waiting(op, &of_number, person->who, CANCELLED_MAX));
	TRY(cancel_rows(op, batch, &of_number, &none, reason));
	if (person->also == NULL)
		return RC_OK;
	TRY(choice_store_waiting(op, &of_user, person->also, CANCELLED_MAX));
	return cancel_rows(op, batch, &of_user, &of_number, reason);
}

/* ---- the answer -------------------------------------------------------------------------- */

/* Would a suppression keep back even the answer? What an opt-out leaves open is for the queue. */
static enum rc
is_shut(struct op *op, bool *shut, const char *who)
{
	const struct suppression *rows;
	struct list active;

	TRY(suppression_store_active(op, &active, who));
	rows = active.rows;
	*shut = false;
	for (size_t i = 0; i < active.n; i++)
		if (suppression_blocks(rows[i].reason, "support", "support"))
			*shut = true;
	return RC_OK;
}

static const char *
mark_of(const struct confirmation *c)
{
	return c->kind == OPTOUT_STOP ? "stop_confirmed" : "start_confirmed";
}

static enum rc
is_due(struct op *op, bool *due, const struct confirmation *c)
{
	int64_t window_ms = settings()->limits_window_hours * HOUR_MS;
	struct choice_times times = { 0 };
	struct instant last;
	bool shut;

	*due = false;
	if (!c->instance->confirms_choices || c->said_at.ms + window_ms <= op->now.ms)
		return RC_OK;
	TRY(choice_store_times(op, &times, c->person->who));
	last = c->kind == OPTOUT_STOP ? times.stop_confirmed : times.start_confirmed;
	if (last.ms != 0 && last.ms + CONFIRMATION_MS > op->now.ms)
		return RC_OK;
	TRY(is_shut(op, &shut, c->person->who));
	*due = !shut;
	return RC_OK;
}

static enum rc
text_of(struct op *op, const char **out, const struct confirmation *c)
{
	enum rc rc =
		choice_store_text(op, out, c->instance->id, optout_kind_text(c->kind), c->language);

	if (rc != RC_MISSING)
		return rc;
	*out = optout_confirmation(c->kind, c->language);
	return RC_OK;
}

/* Meta's message object, as a customer would send it. */
static const char *
payload_of(struct op *op, const struct confirmation *c, const char *id, const char *text)
{
	bool by_user_id = recipient_is_user_id(c->person->who);
	struct json_out out;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_text(&out, "messaging_product", "whatsapp");
	json_out_text(&out, "recipient_type", "individual");
	json_out_text(&out, by_user_id ? "recipient" : "to",
		      recipient_written(op->arena, c->person->who));
	json_out_text(&out, "type", "text");
	json_out_open(&out, "text");
	json_out_text(&out, "body", text);
	json_out_close(&out);
	json_out_text(&out, "biz_opaque_callback_data", id);
	json_out_close(&out);
	return json_out_end(&out);
}

enum rc
choice_confirm(struct op *op, struct batch *batch, const char **message_id,
	       const struct confirmation *c)
{
	struct message message = {
		.id = id_new(op, "msg"),
		.instance_id = c->instance->id,
		.source = c->kind == OPTOUT_STOP ? SOURCE_OPT_OUT : SOURCE_OPT_IN,
		.recipient = c->person->who,
		.type = "text",
		.purpose = "support",
		.status = "queued",
		.created_at = op->now,
		.due_at = op->now,
		.valid_until = clock_after(op->now, CONFIRMATION_VALID_MS),
	};
	const char *text;
	bool due;

	TRY(is_due(op, &due, c));
	if (!due)
		return RC_OK;
	TRY(text_of(op, &text, c));
	message.payload = payload_of(op, c, message.id, text);
	choice_store_note_answer(batch, c->person->identity, mark_of(c), op->now, CONFIRMATION_MS);
	message_store_insert(batch, &message);
	batch_wakes_worker(batch);
	*message_id = message.id;
	return RC_OK;
}
