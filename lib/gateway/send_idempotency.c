/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_idempotency - step 7: has this been asked before?
 *
 * A customer's key is taken by the batch that stores the message, so that it binds exactly what
 * was accepted, and of callers at once one takes it. Where it was free when it was looked for and
 * is taken by then, the batch misses and the key is looked for again. Without a key of the
 * customer's own, a request that would double a message of unknown outcome is stopped.
 */
#include "core/secret.h"
#include "gateway/send_inside.h"
#include "store/idempotency_store.h"
#include "store/message_store.h"

enum { HASH_BYTES = 16, FORGET_AT_ONCE = 500, FORGET_ROUNDS = 100 };

/* Younger than this, an unknown message refuses its twin. */
#define TWIN_MS (10 * MINUTE_MS)

/* How long a key stands after its message's last change. */
#define KEY_MS DAY_MS

/* Of all that makes two requests of one API key the same. */
static const char *
hash_of(struct op *op, const struct send *send)
{
	struct bytes route = bytes_of(send->route), query = bytes_of(send->query);
	unsigned char digest[SHA256_LEN];
	struct buf whole;

	buf_init(&whole, op->arena, route.n + query.n + send->body.n + 2);
	buf_add(&whole, route.p, route.n);
	buf_char(&whole, '\n');
	buf_add(&whole, query.p, query.n);
	buf_char(&whole, '\n');
	buf_add(&whole, send->body.p, send->body.n);
	secret_sha256(buf_bytes(&whole), digest);
	return text_hex(op->arena, bytes_slice(digest, HASH_BYTES));
}

/* ---- with a key of the customer's own ---- */

static struct idempotency
row_of(const struct send_work *work)
{
	const struct send *send = work->send;

	return (struct idempotency){
		.api_key_id = send->key->id,
		.route = send->route,
		.key = send->idempotency_key,
		.hash = work->hash,
		.message_id = work->id,
	};
}

/* The process that took the key may still be waiting for the provider. */
static bool
is_under_way(const struct send_work *work, const struct idempotency *taken,
	     const struct message *message)
{
	return taken->answer == NULL && text_equal(message->status, "sending") &&
	       message->sending_until.ms > work->op->now.ms;
}

static enum rc
answer_again(struct send_work *work, const struct idempotency *taken)
{
	struct message message = { 0 };

	if (!text_equal(taken->hash, work->hash))
		return send_refuse(work, REFUSAL_MISMATCH,
				   "This Idempotency-Key came with another query or body before; "
				   "use a new key for a new message");
	TRY(message_store_get(work->op, &message, taken->message_id));
	if (is_under_way(work, taken, &message))
		return send_refuse(work, REFUSAL_IN_PROGRESS,
				   "The first request with this Idempotency-Key is still running; "
				   "ask again for its answer in a moment");
	return send_replay(work, &message, taken->answer);
}

/* Somebody else took the key meanwhile. */
static enum rc
explain_taken(struct send_work *work, const struct send_guard *guard)
{
	struct idempotency asked = row_of(work), taken = { 0 };

	(void)guard;
	TRY(idempotency_store_find(work->op, &taken, &asked));
	return answer_again(work, &taken);
}

static enum rc
ask_key(struct send_work *work)
{
	struct idempotency asked = row_of(work), taken = { 0 };
	enum rc rc = idempotency_store_find(work->op, &taken, &asked);

	if (rc == RC_OK)
		return answer_again(work, &taken);
	if (rc != RC_MISSING)
		return rc;
	send_guard_add(work,
		       &(struct send_guard){
			       .index = idempotency_store_take(work->batch, &asked, work->op->now),
			       .refusal = REFUSAL_IN_PROGRESS,
			       .sentence = "This Idempotency-Key is taken",
			       .explain = explain_taken,
		       });
	return RC_OK;
}

/* ---- without ---- */

static enum rc
refuse_twin(struct send_work *work, const struct twin *twin)
{
	json_t *details = json_new(work->op);

	json_put(details, "id", twin->id);
	json_put_int(details, "log_id", twin->log_id);
	work->send->details = details;
	return send_refuse(
		work, REFUSAL_UNKNOWN_TWIN,
		"The outcome of message %s, with the same body, is not known yet: it may "
		"have been sent. Look at it first, or send with X-Send-Anyway: true",
		twin->id);
}

static enum rc
ask_twin(struct send_work *work)
{
	struct twin twin = { 0 };
	enum rc rc = idempotency_store_twin(work->op, &twin, work->send->key->id, work->hash,
					    clock_after(work->op->now, -TWIN_MS));

	if (rc == RC_OK)
		return refuse_twin(work, &twin);
	return rc == RC_MISSING ? RC_OK : rc;
}

/* People and the command line have no keys and see what they did. */
enum rc
send_step_idempotency(struct send_work *work)
{
	const struct send *send = work->send;

	if (send->key == NULL)
		return RC_OK;
	work->hash = hash_of(work->op, send);
	if (send->idempotency_key != NULL)
		return ask_key(work);
	/* What was simulated is never unknown. */
	if (send->simulated || send->send_anyway)
		return RC_OK;
	return ask_twin(work);
}

/* ---- afterwards ---- */

void
send_idempotency_keep(struct send_work *work, struct batch *batch)
{
	struct idempotency row;

	if (work->send->idempotency_key == NULL)
		return;
	/* Who asks for this one again is told what is known by then. */
	if (work->send->refusal == REFUSAL_UNKNOWN_OUTCOME)
		return;
	row = row_of(work);
	/* The provider has said nothing yet: the caller may try again with the same key. */
	if (work->result.outcome == SEND_NOT_SENT) {
		idempotency_store_release(batch, &row);
		return;
	}
	row.answer = send_replay_text(work);
	idempotency_store_keep(batch, &row);
}

static enum rc
forget_some(struct op *op, int64_t *gone, int64_t *seen)
{
	struct instant before = clock_after(op->now, -KEY_MS);
	struct batch *batch = batch_new(op);
	int forgotten = idempotency_store_forget(batch, before, FORGET_AT_ONCE);
	int moved = idempotency_store_move_on(batch, before, op->now, FORGET_AT_ONCE);

	TRY(db_commit(op, batch));
	*gone = (int64_t)batch_count(batch, forgotten);
	*seen = *gone + (int64_t)batch_count(batch, moved);
	return RC_OK;
}

enum rc
gateway_forget_idempotency(struct op *op, int64_t *n)
{
	int64_t all = 0, gone, seen = FORGET_AT_ONCE;

	for (int i = 0; i < FORGET_ROUNDS && seen >= FORGET_AT_ONCE; i++) {
		TRY(forget_some(op, &gone, &seen));
		all += gone;
	}
	*n = all;
	return RC_OK;
}
