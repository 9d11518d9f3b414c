/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_store - outbound sends and what became of them
 *
 * A list is walked along the index of its narrowest filter, newest first, so that it reads the
 * page and not the table. A status is changed only from the states it may follow; whoever comes
 * too late finds no row and is told by the batch's rc.
 */
#include "store/message_store.h"

#include "core/id_range.h"
#include "store/message_columns.h"

#define SELECT "SELECT " MESSAGE_COLUMNS " FROM message "

static const struct stmt get = {
	"message.get",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND id = $2",
};

static const struct stmt by_log_id = {
	"message.by_log_id",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND log_id = $2",
};

/* The provider's id alone finds it, in whatever instance; the account is asked afterwards. */
static const struct stmt by_provider_id = {
	"message.by_provider_id",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND id IN "
	       "(SELECT m.id FROM message m WHERE m.provider_id = $2) LIMIT 1",
};

/* $2 to $4: the page; $5 to $7: filters that do not lead. */
#define PAGE                                                  \
	" AND id < $2 AND id >= $3"                           \
	" AND (CAST($5 AS TEXT) IS NULL OR status = $5)"      \
	" AND (CAST($6 AS TEXT) IS NULL OR instance_id = $6)" \
	" AND ($7 = 0 OR simulated = 1)"                      \
	" ORDER BY id DESC LIMIT $4"

static const struct stmt list = {
	"message.list",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1" PAGE,
};

static const struct stmt list_to = {
	"message.list_to",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND recipient = $8" PAGE,
};

static const struct stmt list_with_status = {
	"message.list_with_status",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND status = $8 AND status <> 'sending'" PAGE,
};

static const struct stmt list_sending = {
	"message.list_sending",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND status = 'sending'" PAGE,
};

static const struct stmt list_of_instance = {
	"message.list_of_instance",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND instance_id = $8" PAGE,
};

static const struct stmt list_simulated = {
	"message.list_simulated",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND simulated = 1" PAGE,
};

static const struct stmt orphans = {
	"message.orphans",
	SCOPE_SYSTEM,
	SELECT "WHERE status = 'sending' AND sending_until < $1 ORDER BY sending_until LIMIT $2",
};

static const struct stmt undecided = {
	"message.undecided",
	SCOPE_SYSTEM,
	SELECT "WHERE status = 'unknown' AND unknown_until IS NOT NULL AND unknown_until < $1 "
	       "ORDER BY unknown_until LIMIT $2",
};

static const struct stmt count_up = {
	"message.count_up",
	SCOPE_ACCOUNT,
	QUIET "UPDATE account SET last_log_id = last_log_id + 1 WHERE id = $1",
};

/* What the account has counted up to. RETURNING would say it too, by way of temporary tables. */
static const struct stmt counted = {
	"message.counted",
	SCOPE_ACCOUNT,
	"SELECT last_log_id FROM account WHERE id = $1",
};

static const struct stmt insert = {
	"message.insert",
	SCOPE_ACCOUNT,
	QUIET
	"INSERT INTO message (account_id, id, instance_id, log_id, api_key_id, source, recipient, "
	"type, purpose, simulated, payload, client_reference, status, provider_id, created_at, "
	"sending_until, sent_at, body_hash, marketing, send_at, valid_until, due_at, risk_score, "
	"risk_parts) "
	"VALUES ($1, $2, $3, (SELECT a.last_log_id FROM account a WHERE a.id = $1), $4, $5, $6, "
	"$7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
};

#define OUTCOME                                                                        \
	"status = $3, provider_id = $4, wa_id = $5, user_id = $6, error_code = $7, "   \
	"error_title = $8, error_details = $9, error_retryable = $10, sent_at = $11, " \
	"failed_at = $12, unknown_until = $13, sending_until = NULL "

static const struct stmt settle = {
	"message.settle",
	SCOPE_ACCOUNT,
	QUIET "UPDATE message SET " OUTCOME
	      "WHERE account_id = $1 AND id = $2 AND status IN ('sending', 'unknown')",
};

/* The same for what is sent, as nearly all are: a bind that is always NULL costs in four places. */
static const struct stmt settle_sent = {
	"message.settle_sent",
	SCOPE_ACCOUNT,
	QUIET "UPDATE message SET status = 'sent', provider_id = $3, wa_id = $4, user_id = $5, "
	      "sent_at = $6, error_code = NULL, error_title = NULL, error_details = NULL, "
	      "error_retryable = 0, failed_at = NULL, unknown_until = NULL, sending_until = NULL "
	      "WHERE account_id = $1 AND id = $2 AND status IN ('sending', 'unknown')",
};

/* Not QUIET: idempotency.any_unknown keeps in memory that an account has none of these. */
static const struct stmt settle_unknown = {
	"message.settle_unknown",
	SCOPE_ACCOUNT,
	"UPDATE message SET " OUTCOME "WHERE account_id = $1 AND id = $2 AND status = 'sending'",
};

static const struct stmt complete = {
	"message.complete",
	SCOPE_ACCOUNT,
	QUIET "UPDATE message SET provider_id = COALESCE(provider_id, $3), "
	      "wa_id = COALESCE(wa_id, $4), user_id = COALESCE(user_id, $5), "
	      "sent_at = COALESCE(sent_at, $6), sending_until = NULL "
	      "WHERE account_id = $1 AND id = $2 RETURNING " MESSAGE_COLUMNS,
};

static const struct stmt give_up = {
	"message.give_up",
	SCOPE_ACCOUNT,
	QUIET
	"UPDATE message SET unknown_until = NULL, error_title = $3, error_details = $4 "
	"WHERE account_id = $1 AND id = $2 AND status = 'unknown' AND unknown_until IS NOT NULL",
};

const struct stmt *const message_store_stmts[] = {
	&get,
	&by_log_id,
	&by_provider_id,
	&list,
	&list_to,
	&list_with_status,
	&list_sending,
	&list_of_instance,
	&list_simulated,
	&orphans,
	&undecided,
	&count_up,
	&counted,
	&insert,
	&settle,
	&settle_sent,
	&settle_unknown,
	&complete,
	&give_up,
	NULL,
};

enum rc
message_store_get(struct op *op, struct message *out, const char *id)
{
	return db_one(op, out, message_shape, &get, BINDS(bind_text(id)));
}

enum rc
message_store_by_log_id(struct op *op, struct message *out, int64_t log_id)
{
	return db_one(op, out, message_shape, &by_log_id, BINDS(bind_int(log_id)));
}

enum rc
message_store_by_provider_id(struct op *op, struct message *out, const char *provider_id)
{
	return db_one(op, out, message_shape, &by_provider_id, BINDS(bind_text(provider_id)));
}

/* The statement whose index fits, with the value that leads it (NULL: none). */
static const struct stmt *
narrowest(const struct message_query *q, const char **leads)
{
	*leads = NULL;
	if (q->recipient != NULL) {
		*leads = q->recipient;
		return &list_to;
	}
	if (q->only_simulated)
		return &list_simulated;
	if (text_equal(q->status, "sending"))
		return &list_sending;
	if (q->status != NULL) {
		*leads = q->status;
		return &list_with_status;
	}
	if (q->instance_id != NULL) {
		*leads = q->instance_id;
		return &list_of_instance;
	}
	return &list;
}

enum rc
message_store_list(struct op *op, struct list *out, const struct message_query *q)
{
	const char *leads;
	const struct stmt *stmt = narrowest(q, &leads);
	const char *before = q->before != NULL ? q->before : id_beyond(op, "msg");
	const struct bind binds[] = {
		bind_text(before),         bind_text(id_least(op, "msg", q->since)),
		bind_int(q->limit),        bind_text(q->status),
		bind_text(q->instance_id), bind_bool(q->only_simulated),
		bind_text(leads),
	};

	return db_all(op, out, sizeof(struct message), message_shape, stmt, binds,
		      ARRAY_LEN(binds) - (leads == NULL));
}

enum rc
message_store_orphans(struct op *op, struct list *out, struct instant now, int64_t limit)
{
	return db_all(op, out, sizeof(struct message), message_shape, &orphans,
		      BINDS(bind_time(now), bind_int(limit)));
}

enum rc
message_store_undecided(struct op *op, struct list *out, struct instant now, int64_t limit)
{
	return db_all(op, out, sizeof(struct message), message_shape, &undecided,
		      BINDS(bind_time(now), bind_int(limit)));
}

int
message_store_insert(struct batch *batch, const struct message *m)
{
	batch_add(batch, &count_up, EXPECT_ONE, RC_MISSING, NO_BINDS);
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(m->id), bind_text(m->instance_id), bind_text(m->api_key_id),
			bind_text(m->source), bind_text(m->recipient), bind_text(m->type),
			bind_text(m->purpose), bind_bool(m->simulated), bind_text(m->payload),
			bind_text(m->client_reference), bind_text(m->status),
			bind_text(m->provider_id), bind_time(m->created_at),
			bind_time(m->sending_until), bind_time(m->sent_at), bind_text(m->body_hash),
			bind_bool(m->marketing), bind_time(m->send_at), bind_time(m->valid_until),
			bind_time(m->due_at), bind_int(m->risk_score), bind_text(m->risk_parts)));
	return batch_add(batch, &counted, EXPECT_ONE, RC_INTERNAL, NO_BINDS);
}

void
message_store_settle(struct batch *batch, const struct message *m)
{
	struct bind code = m->error_code == 0 ? bind_null() : bind_int(m->error_code);

	if (text_equal(m->status, "sent")) {
		batch_add(batch, &settle_sent, EXPECT_ONE, RC_CONFLICT,
			  BINDS(bind_text(m->id), bind_text(m->provider_id), bind_text(m->wa_id),
				bind_text(m->user_id), bind_time(m->sent_at)));
		return;
	}
	batch_add(batch, text_equal(m->status, "unknown") ? &settle_unknown : &settle, EXPECT_ONE,
		  RC_CONFLICT,
		  BINDS(bind_text(m->id), bind_text(m->status), bind_text(m->provider_id),
			bind_text(m->wa_id), bind_text(m->user_id), code, bind_text(m->error_title),
			bind_text(m->error_details), bind_bool(m->error_retryable),
			bind_time(m->sent_at), bind_time(m->failed_at),
			bind_time(m->unknown_until)));
}

int
message_store_complete(struct batch *batch, const struct message *m)
{
	return batch_add(batch, &complete, EXPECT_ONE, RC_MISSING,
			 BINDS(bind_text(m->id), bind_text(m->provider_id), bind_text(m->wa_id),
			       bind_text(m->user_id), bind_time(m->sent_at)));
}

void
message_store_give_up(struct batch *batch, const struct message *m)
{
	batch_add(batch, &give_up, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(m->id), bind_text(m->error_title), bind_text(m->error_details)));
}
