/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch_read - a queued row becomes a send again
 *
 * What the row tells stands for what the steps found when the message was accepted; the key is
 * read again for its limits alone, since accepting was its last word. The body's tree is needed by
 * the steps and ends with them.
 */
#include "gateway/dispatch_inside.h"
#include "store/api_key_store.h"
#include "store/message_store.h"

static enum dialect
dialect_of(const char *source)
{
	if (text_equal(source, "proxy"))
		return DIALECT_PROXY;
	return text_equal(source, "graph") ? DIALECT_GRAPH : DIALECT_GUARDED;
}

static enum rc
read_key(struct dispatch *d)
{
	struct api_key *key = arena_alloc(d->op->arena, sizeof(*key));
	enum rc rc;

	if (d->row.api_key_id == NULL)
		return RC_OK;
	rc = api_key_store_by_ref(d->op, key, d->row.api_key_id);
	if (rc == RC_OK)
		d->send.key = key;
	return rc == RC_MISSING ? RC_OK : rc;
}

static void
fill(struct dispatch *d)
{
	const struct message *row = &d->row;

	d->send = (struct send){
		.dialect = dialect_of(row->source),
		.source = row->source,
		.instance_ref = row->instance_id,
		.marketing = row->marketing,
		.simulated = row->simulated,
		.to = row->recipient,
		.purpose = row->purpose,
		.client_reference = row->client_reference,
		.send_at = row->send_at,
		.valid_until = row->valid_until,
		.message = *row,
	};
	d->work = send_work_new(d->op, &d->send, SEND_DISPATCH);
	d->work->row = row;
	d->work->id = row->id;
	d->work->hash = row->body_hash;
	d->work->payload = bytes_of(row->payload);
}

/* The steps' say, or the end of its validity. */
static enum rc
decide(struct dispatch *d)
{
	const void *mark = arena_mark(d->op->arena);
	enum rc rc;

	if (d->row.valid_until.ms != 0 && d->row.valid_until.ms <= d->op->now.ms) {
		rc = send_refuse(d->work, REFUSAL_EXPIRED,
				 "The message was to be sent by %s, and was not due before then",
				 clock_rfc3339(d->op->arena, d->row.valid_until));
		d->wants = send_give_up(d->work, rc);
		return RC_OK;
	}
	TRY(read_key(d));
	TRY(json_read_loose(d->op, &d->send.payload, bytes_of(d->row.payload)));
	send_describe(d->work);
	d->wants = send_decide(d->work);
	arena_release(d->op->arena, mark);
	return RC_OK;
}

static bool
is_waiting(const struct message *row)
{
	return text_equal(row->status, "queued") || text_equal(row->status, "scheduled");
}

static enum rc
read_row(struct dispatch *d, const struct queued *queued)
{
	d->op->account_id = arena_dup(d->op->arena, queued->account_id);
	TRY(message_store_get(d->op, &d->row, queued->id));
	if (!is_waiting(&d->row))
		return op_fail(d->op, RC_MISSING, "the message has left the queue");
	fill(d);
	return decide(d);
}

enum rc
dispatch_new(struct op *op, struct dispatch **out, const struct queued *queued)
{
	struct op *own = op_begin("worker");
	struct dispatch *d = arena_alloc(own->arena, sizeof(*d));
	enum rc rc;

	d->op = own;
	rc = read_row(d, queued);
	db_rest(own);
	if (rc != RC_OK) {
		if (rc != RC_MISSING)
			rc = op_fail(op, rc, "A queued message cannot be read: %s", own->why);
		op_end(own);
	}
	*out = rc == RC_OK ? d : NULL;
	return rc == RC_MISSING ? RC_OK : rc;
}
