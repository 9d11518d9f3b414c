/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_simulate - sends that reach no phone, and the statuses that follow them
 *
 * A sandbox behaves like production: an id at once, then sent, delivered and read as the customer's
 * endpoints would hear of them from a real phone, in both formats and marked as a test. No provider
 * is asked and nothing is counted. The row itself says which status is told next, and when; each
 * time is taken from the one before, so that a worker that comes late catches up.
 */
#include "core/secret.h"
#include "gateway/events.h"
#include "gateway/send_inside.h"
#include "store/message_store.h"
#include "store/queue_store.h"

#include <inttypes.h>
#include <stdatomic.h>

enum { PRETEND_AT_ONCE = 100 };

/* From sent to delivered, and from there to read. */
#define DELIVERED_AFTER_MS INT64_C(400)
#define READ_AFTER_MS INT64_C(900)

/* "wamid.FAKE_" and the Unix time in nanoseconds. The clock gives the milliseconds, and each id
 * of a process is later than the one before; what is below a microsecond is drawn, since other
 * processes make ids too. */
static const char *
fake_id(struct op *op)
{
	static _Atomic int64_t last;
	int64_t now =
		clock_now().ms * 1000000 + clock_elapsed_us() % 1000 * 1000 + secret_uniform(1000);
	int64_t before = atomic_load(&last), ns;

	do
		ns = now > before ? now : before + 1;
	while (!atomic_compare_exchange_weak(&last, &before, ns));
	return arena_printf(op->arena, "wamid.FAKE_%019" PRId64, ns);
}

/* ---- a status as Meta would tell it ---- */

static struct bytes
metadata_of(struct op *op, const struct instance *instance)
{
	const char *number = instance->display_number, *id = instance->phone_number_id;
	struct json_out out;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_text(&out, "display_phone_number", number == NULL ? "" : number);
	json_out_text(&out, "phone_number_id", id == NULL ? "" : id);
	json_out_close(&out);
	return bytes_of(json_out_end(&out));
}

/* The member that Meta echoes: the customer's own, or our id. */
static const char *
callback_data_of(struct op *op, const struct message *message)
{
	const void *mark = arena_mark(op->arena);
	const char *data = NULL;
	json_t *payload;

	if (json_read_loose(op, &payload, bytes_of(message->payload)) == RC_OK)
		data = arena_dup(op->arena, json_str(payload, "biz_opaque_callback_data"));
	arena_release(op->arena, mark);
	return data;
}

static struct bytes
status_of(struct op *op, const struct message *message, struct instant at)
{
	const char *data = callback_data_of(op, message);
	struct json_out out;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_text(&out, "id", message->provider_id);
	json_out_text(&out, "status", message->status);
	json_out_text(&out, "timestamp", arena_printf(op->arena, "%" PRId64, at.ms / SECOND_MS));
	json_out_text(&out,
		      recipient_is_bare(message->recipient) ? "recipient_id" : "recipient_user_id",
		      message->recipient);
	if (data != NULL)
		json_out_text(&out, "biz_opaque_callback_data", data);
	json_out_close(&out);
	return bytes_of(json_out_end(&out));
}

static enum rc
tell(struct op *op, struct batch *batch, const struct instance *instance,
     const struct message *message, struct instant at)
{
	struct happening happening = {
		.kind = HAPPENED_STATUS,
		.field = "messages",
		.entry_id = instance->waba_id == NULL ? "" : instance->waba_id,
		.phone_number_id = instance->phone_number_id,
		.item_raw = status_of(op, message, at),
		.metadata_raw = metadata_of(op, instance),
		.array = "statuses",
	};

	return event_record_status(op, batch, instance, message, &happening);
}

enum rc
send_simulate(struct send_work *work)
{
	struct message *message = &work->send->message;

	message->status = "sent";
	message->provider_id = fake_id(work->op);
	message->sent_at = work->op->now;
	message->due_at = clock_after(work->op->now, DELIVERED_AFTER_MS);
	return tell(work->op, work->batch, &work->send->instance, message, work->op->now);
}

/* ---- the worker's turn ---- */

/* Its next status, at the time that it was due. */
static void
move_on(struct message *message)
{
	struct instant at = message->due_at;

	if (text_equal(message->status, "sent")) {
		message->status = "delivered";
		message->delivered_at = at;
		message->due_at = clock_after(at, READ_AFTER_MS);
		return;
	}
	message->status = "read";
	message->read_at = at;
	message->due_at.ms = 0;
}

/* One of them, in an op of its own. */
struct pretence {
	struct op *op;
	struct batch *batch;
	struct instant next_at;
};

static enum rc
prepare(struct pretence *p, const struct queued *row)
{
	struct message message = { 0 };
	struct instance instance = { 0 };
	struct instant at = row->due_at;

	TRY(message_store_get(p->op, &message, row->id));
	TRY(send_instance_of(p->op, &instance, &message));
	move_on(&message);
	p->next_at = message.due_at;
	p->batch = batch_new(p->op);
	queue_store_pretend(p->batch, &message, row->status);
	return tell(p->op, p->batch, &instance, &message, at);
}

static enum rc
prepare_one(struct op *op, struct pretence *p, const struct queued *row)
{
	enum rc rc;

	p->op = op_begin("worker");
	p->op->account_id = arena_dup(p->op->arena, row->account_id);
	rc = prepare(p, row);
	db_rest(p->op);
	if (rc == RC_OK)
		return RC_OK;
	rc = op_fail(op, rc, "A simulated status cannot be told: %s", p->op->why);
	op_end(p->op);
	return rc;
}

static void
due_in(struct op *op, int64_t *next_due_ms, struct instant at)
{
	int64_t ms = at.ms > op->now.ms ? at.ms - op->now.ms : 0;

	if (at.ms != 0 && (*next_due_ms < 0 || ms < *next_due_ms))
		*next_due_ms = ms;
}

/* RC_CONFLICT: it was told already. */
static enum rc
commit(struct op *op, struct pretence *all, size_t n, int64_t *next_due_ms)
{
	struct batch **batches = arena_array(op->arena, n, sizeof(struct batch *));
	enum rc *rcs = arena_array(op->arena, n, sizeof(*rcs)), first = RC_OK;

	for (size_t i = 0; i < n; i++)
		batches[i] = all[i].batch;
	db_commit_all(op, batches, n, rcs);
	for (size_t i = 0; i < n; i++) {
		if (rcs[i] == RC_OK)
			due_in(op, next_due_ms, all[i].next_at);
		else if (rcs[i] != RC_CONFLICT && first == RC_OK)
			first = op_fail(op, rcs[i], "%s", batch_why(batches[i]));
	}
	return first;
}

enum rc
gateway_simulate_turn(struct op *op, int64_t *n, int64_t *next_due_ms)
{
	const struct queued *rows;
	struct pretence *all;
	struct list waiting;
	enum rc rc = RC_OK;
	size_t ready = 0;

	*next_due_ms = -1;
	TRY(queue_store_pretending(op, &waiting, PRETEND_AT_ONCE));
	rows = waiting.rows;
	all = arena_array(op->arena, waiting.n, sizeof(*all));
	db_rest(op);
	while (ready < waiting.n && rows[ready].due_at.ms <= op->now.ms && rc == RC_OK) {
		rc = prepare_one(op, &all[ready], &rows[ready]);
		ready += rc == RC_OK;
	}
	if (rc == RC_OK && ready < waiting.n)
		due_in(op, next_due_ms, rows[ready].due_at);
	if (ready > 0 && rc == RC_OK)
		rc = commit(op, all, ready, next_due_ms);
	for (size_t i = 0; i < ready; i++)
		op_end(all[i].op);
	TRY(rc);
	*n = (int64_t)ready;
	return RC_OK;
}
