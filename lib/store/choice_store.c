/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choice_store - stops and starts of people: when they were said, and how they are answered
 *
 * A time only goes forward: whoever notes an older one than there is finds no row. Times are noted
 * under the identity known by then and read over all spellings of the person.
 */
#include "store/choice_store.h"

#include "store/message_columns.h"
#include "store/spellings.h"

#define NEWEST(of) "MAX(CASE WHEN what = '" of "' THEN at END) AS " of

static const struct stmt times = {
	"choice.times",
	SCOPE_ACCOUNT,
	"SELECT " NEWEST("keyword") ", " NEWEST("meta") ", " NEWEST("stop_confirmed") ", " NEWEST(
		"start_confirmed") " FROM choice WHERE account_id = $1 AND recipient IN " SPELLINGS,
};

static const struct stmt note = {
	"choice.note",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO choice (account_id, recipient, what, at) VALUES ($1, $2, $3, $4) "
	      "ON CONFLICT (account_id, recipient, what) DO UPDATE SET at = excluded.at "
	      "WHERE choice.at <= excluded.at",
};

/* Not while one after $5 is noted under any spelling, also one that came a moment ago. */
static const struct stmt note_answer = {
	"choice.note_answer",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO choice (account_id, recipient, what, at) "
	      "SELECT $1, $2, $3, CAST($4 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM choice c "
	      "WHERE c.account_id = $1 AND c.what = $3 AND c.at > $5 "
	      "AND c.recipient IN " SPELLINGS ") "
	      "ON CONFLICT (account_id, recipient, what) DO UPDATE SET at = excluded.at",
};

static const struct stmt text = {
	"choice.text",
	SCOPE_ACCOUNT,
	"SELECT kind, language, text FROM confirmation_text "
	"WHERE account_id = $1 AND instance_id = $2 AND kind = $3 AND language = $4",
};

static const struct stmt texts = {
	"choice.texts",
	SCOPE_ACCOUNT,
	"SELECT kind, language, text FROM confirmation_text "
	"WHERE account_id = $1 AND instance_id = $2 ORDER BY kind, language LIMIT 100",
};

static const struct stmt set_text = {
	"choice.set_text",
	SCOPE_ACCOUNT,
	"INSERT INTO confirmation_text (account_id, instance_id, kind, language, text) "
	"VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, instance_id, kind, language) "
	"DO UPDATE SET text = excluded.text",
};

static const struct stmt drop_text = {
	"choice.drop_text",
	SCOPE_ACCOUNT,
	"DELETE FROM confirmation_text "
	"WHERE account_id = $1 AND instance_id = $2 AND kind = $3 AND language = $4",
};

static const struct stmt set_answering = {
	"choice.set_answering",
	SCOPE_ACCOUNT,
	"UPDATE instance SET confirms_choices = $3 "
	"WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
};

static const struct stmt waiting = {
	"choice.waiting",
	SCOPE_ACCOUNT,
	"SELECT " MESSAGE_COLUMNS " FROM message WHERE account_id = $1 "
	"AND status IN ('queued', 'scheduled') AND recipient IN " SPELLINGS
	" ORDER BY log_id LIMIT $3",
};

const struct stmt *const choice_store_stmts[] = {
	&times,    &note,      &note_answer,   &text,    &texts,
	&set_text, &drop_text, &set_answering, &waiting, NULL,
};

static const struct shape times_shape[] = {
	SHAPE(struct choice_times, keyword),
	SHAPE(struct choice_times, meta),
	SHAPE(struct choice_times, stop_confirmed),
	SHAPE(struct choice_times, start_confirmed),
	SHAPE_END,
};

static const struct shape text_shape[] = {
	SHAPE(struct confirmation_text, kind),
	SHAPE(struct confirmation_text, language),
	SHAPE(struct confirmation_text, text),
	SHAPE_END,
};

enum rc
choice_store_times(struct op *op, struct choice_times *out, const char *recipient)
{
	return db_one(op, out, times_shape, &times, BINDS(bind_text(recipient)));
}

void
choice_store_note(struct batch *batch, const char *identity, const char *what, struct instant at)
{
	batch_add(batch, &note, EXPECT_ONE, RC_BUSY,
		  BINDS(bind_text(identity), bind_text(what), bind_time(at)));
}

void
choice_store_note_answer(struct batch *batch, const char *identity, const char *what,
			 struct instant at, int64_t once_in_ms)
{
	batch_add(batch, &note_answer, EXPECT_ONE, RC_BUSY,
		  BINDS(bind_text(identity), bind_text(what), bind_time(at),
			bind_int(at.ms - once_in_ms)));
}

enum rc
choice_store_text(struct op *op, const char **out, const char *instance_id, const char *kind,
		  const char *language)
{
	struct confirmation_text row = { NULL, NULL, NULL };

	TRY(db_one(op, &row, text_shape, &text,
		   BINDS(bind_text(instance_id), bind_text(kind), bind_text(language))));
	*out = row.text;
	return RC_OK;
}

enum rc
choice_store_texts(struct op *op, struct list *out, const char *instance_id)
{
	return db_all(op, out, sizeof(struct confirmation_text), text_shape, &texts,
		      BINDS(bind_text(instance_id)));
}

void
choice_store_set_text(struct batch *batch, const char *instance_id,
		      const struct confirmation_text *t)
{
	if (t->text == NULL)
		batch_add(
			batch, &drop_text, EXPECT_ANY, RC_OK,
			BINDS(bind_text(instance_id), bind_text(t->kind), bind_text(t->language)));
	else
		batch_add(batch, &set_text, EXPECT_ONE, RC_INTERNAL,
			  BINDS(bind_text(instance_id), bind_text(t->kind), bind_text(t->language),
				bind_text(t->text)));
}

void
choice_store_set_answering(struct batch *batch, const char *instance_id, bool on)
{
	batch_add(batch, &set_answering, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text(instance_id), bind_bool(on)));
}

enum rc
choice_store_waiting(struct op *op, struct list *out, const char *recipient, int64_t limit)
{
	return db_all(op, out, sizeof(struct message), message_shape, &waiting,
		      BINDS(bind_text(recipient), bind_int(limit)));
}
