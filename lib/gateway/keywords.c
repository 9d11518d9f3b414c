/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keywords - the words of opt-out and opt-in, as an account changes them
 *
 * What is added must not hit what people write every day, so a phrase has two words at least and a
 * courtesy is no keyword. Of the built-in words only ordinary answers can be switched off: whoever
 * writes STOP is always heard.
 */
#include "gateway/keywords.h"

#include "db/db.h"
#include "gateway/people.h"
#include "store/keyword_store.h"

enum { TEXT_MAX_POINTS = 100 };

const struct shape keyword_line_shape[] = {
	SHAPE(struct keyword_line, language),   SHAPE(struct keyword_line, kind),
	SHAPE(struct keyword_line, rule),       SHAPE(struct keyword_line, text),
	SHAPE(struct keyword_line, builtin),    SHAPE(struct keyword_line, answer),
	SHAPE(struct keyword_line, off),        SHAPE(struct keyword_line, changed_by),
	SHAPE(struct keyword_line, changed_at), SHAPE_END,
};

static enum rc
no_language(struct op *op, const char *language)
{
	return op_refuse(
		op, RC_INPUT, "language",
		"There is no list for the language \"%s\": en, ar, tr, es, fr, de, pt, it, "
		"nl, id, hi, ur or ru",
		language == NULL ? "" : language);
}

/* ---- the lists ---------------------------------------------------------------------------- */

/* The account's own line of that language and form; NULL. */
static const struct keyword *
own_line(const struct list *own, const char *language, const char *folded)
{
	const struct keyword *rows = own->rows;

	for (size_t i = 0; i < own->n; i++)
		if (text_equal(rows[i].language, language) && text_equal(rows[i].folded, folded))
			return &rows[i];
	return NULL;
}

static struct keyword_line
builtin_line(struct op *op, const struct optout_entry *entry, const struct list *own)
{
	const struct keyword *changed =
		entry->answer ? own_line(own, entry->language, optout_fold(op->arena, entry->text))
			      : NULL;

	return (struct keyword_line){
		.language = entry->language,
		.kind = optout_kind_text(entry->kind),
		.rule = optout_rule_text(entry->rule),
		.text = entry->text,
		.builtin = true,
		.answer = entry->answer,
		.off = changed != NULL && changed->off,
		.changed_by = changed == NULL ? NULL : changed->created_by,
		.changed_at = changed == NULL ? (struct instant){ 0 } : changed->created_at,
	};
}

static struct keyword_line
added_line(const struct keyword *k)
{
	return (struct keyword_line){
		.language = k->language,
		.kind = k->kind,
		.rule = k->rule,
		.text = k->text,
		.changed_by = k->created_by,
		.changed_at = k->created_at,
	};
}

static size_t
add_language(struct op *op, struct keyword_line *lines, size_t n, const char *language,
	     const struct list *own)
{
	const struct keyword *rows = own->rows;

	for (size_t i = 0; i < optout_entry_count; i++)
		if (text_equal(optout_entries[i].language, language))
			lines[n++] = builtin_line(op, &optout_entries[i], own);
	for (size_t i = 0; i < own->n; i++)
		if (!rows[i].off && text_equal(rows[i].language, language))
			lines[n++] = added_line(&rows[i]);
	return n;
}

/* What nobody has changed is left out. */
static size_t
keep_changed(struct keyword_line *lines, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (lines[i].changed_by != NULL)
			lines[kept++] = lines[i];
	return kept;
}

enum rc
gateway_list_keywords(struct op *op, struct list *out, const char *language, bool own)
{
	struct keyword_line *lines;
	struct list mine;
	size_t n = 0;

	if (!text_empty(language) && !optout_has_language(language))
		return no_language(op, language);
	TRY(keyword_store_list(op, &mine));
	lines = arena_array(op->arena, optout_entry_count + mine.n + 1, sizeof(*lines));
	for (const struct optout_language *l = optout_languages; l->code != NULL; l++)
		if (text_empty(language) || text_equal(l->code, language))
			n = add_language(op, lines, n, l->code, &mine);
	*out = (struct list){ own ? keep_changed(lines, n) : n, lines };
	return RC_OK;
}

/* ---- adding ------------------------------------------------------------------------------- */

static bool
is_courtesy(struct op *op, const char *folded)
{
	for (size_t i = 0; optout_courtesies[i] != NULL; i++)
		if (text_equal(optout_fold(op->arena, optout_courtesies[i]), folded))
			return true;
	return false;
}

static enum rc
check_words(struct op *op, const struct keyword *k)
{
	if (k->folded[1] == '\0' || k->folded[2] == '\0')
		return op_refuse(op, RC_INPUT, "text",
				 "Write a word or a phrase: letters or digits");
	if (text_points(k->text) > TEXT_MAX_POINTS)
		return op_refuse(op, RC_INPUT, "text", "At most %d characters", TEXT_MAX_POINTS);
	if (is_courtesy(op, k->folded))
		return op_refuse(op, RC_INPUT, "text",
				 "\"%s\" is a courtesy: people write it with every answer",
				 k->text);
	if (text_equal(k->rule, "phrase") && strchr(k->folded + 1, ' ')[1] == '\0')
		return op_refuse(op, RC_INPUT, "text",
				 "A phrase has two words at least, because it counts anywhere in a "
				 "message; a single word counts as the whole message");
	return RC_OK;
}

static enum rc
check_choice(struct op *op, const struct keyword *k)
{
	if (!optout_has_language(k->language))
		return no_language(op, k->language);
	if (!text_equal(k->kind, "stop") && !text_equal(k->kind, "start"))
		return op_refuse(op, RC_INPUT, "kind", "kind is stop or start");
	if (!text_equal(k->rule, "word") && !text_equal(k->rule, "phrase"))
		return op_refuse(op, RC_INPUT, "rule", "rule is word or phrase");
	return RC_OK;
}

/* Nothing may say stop and start at once. */
static enum rc
check_other_kind(struct op *op, const struct keyword *k)
{
	const struct optout_entry *builtin = optout_builtin(k->folded, NULL);
	const struct keyword *rows;
	struct list own;

	if (builtin != NULL && !text_equal(optout_kind_text(builtin->kind), k->kind))
		return op_refuse(op, RC_INPUT, "text", "\"%s\" is a built-in %s word of %s",
				 k->text, optout_kind_text(builtin->kind), builtin->language);
	if (optout_builtin(k->folded, k->language) != NULL)
		return op_refuse(op, RC_CONFLICT, "text", "\"%s\" counts already", k->text);
	TRY(keyword_store_list(op, &own));
	rows = own.rows;
	for (size_t i = 0; i < own.n; i++)
		if (text_equal(rows[i].folded, k->folded) && !text_equal(rows[i].kind, k->kind))
			return op_refuse(op, RC_INPUT, "text",
					 "\"%s\" is on your list of %s words already", k->text,
					 rows[i].kind);
	return RC_OK;
}

/* The batch and its trace, with a sentence for what may be in the way. */
static enum rc
commit(struct op *op, struct batch *batch, const char *verb, const char *language, const char *text)
{
	enum rc rc;

	audit_add(op, batch, verb, arena_printf(op->arena, "%s:%s", language, text), NULL);
	rc = db_commit(op, batch);
	if (rc == RC_CONFLICT || rc == RC_MISSING || rc == RC_LIMIT)
		op_forgive(op);
	if (rc == RC_CONFLICT)
		return op_refuse(op, rc, "text", "\"%s\" is on your list already", text);
	if (rc == RC_MISSING)
		return op_refuse(op, rc, "text", "\"%s\" is not on your list", text);
	if (rc == RC_LIMIT)
		return op_refuse(op, rc, "text", "An account has at most %d words of its own",
				 KEYWORDS_MAX);
	return rc;
}

enum rc
gateway_add_keyword(struct op *op, struct keyword *out, const struct keyword_draft *draft)
{
	struct batch *batch = batch_new(op);
	struct keyword added = {
		.language = draft->language,
		.kind = text_empty(draft->kind) ? "stop" : draft->kind,
		.rule = text_empty(draft->rule) ? "word" : draft->rule,
		.text = text_trim(op->arena, draft->text == NULL ? "" : draft->text),
		.created_by = op->actor,
		.created_at = op->now,
	};

	added.folded = optout_fold(op->arena, added.text);
	TRY(check_choice(op, &added));
	TRY(check_words(op, &added));
	TRY(check_other_kind(op, &added));
	keyword_store_insert(batch, &added);
	TRY(commit(op, batch, "keyword.add", added.language, added.text));
	*out = added;
	return RC_OK;
}

/* ---- removing and switching ---------------------------------------------------------------- */

enum rc
gateway_remove_keyword(struct op *op, const char *language, const char *text)
{
	const char *folded = optout_fold(op->arena, text);
	struct batch *batch = batch_new(op);
	const struct keyword *rows;
	struct list own;
	size_t n = 0;

	TRY(keyword_store_list(op, &own));
	rows = own.rows;
	for (size_t i = 0; i < own.n; i++) {
		if (rows[i].off || !text_equal(rows[i].folded, folded) ||
		    (!text_empty(language) && !text_equal(rows[i].language, language)))
			continue;
		keyword_store_remove(batch, rows[i].language, folded, false);
		n++;
	}
	if (n == 0)
		return op_refuse(op, RC_MISSING, "text", "\"%s\" is not on your list", text);
	return commit(op, batch, "keyword.remove", text_empty(language) ? "*" : language, text);
}

static void
switch_one(struct op *op, struct batch *batch, const struct optout_entry *entry, const char *folded,
	   bool on)
{
	if (on)
		keyword_store_remove(batch, entry->language, folded, true);
	else
		keyword_store_insert(batch, &(struct keyword){
						    .language = entry->language,
						    .kind = optout_kind_text(entry->kind),
						    .rule = optout_rule_text(entry->rule),
						    .text = entry->text,
						    .folded = folded,
						    .off = true,
						    .created_by = op->actor,
						    .created_at = op->now,
					    });
}

static enum rc
refuse_switch(struct op *op, const char *text, const struct optout_entry *entry, bool on)
{
	if (entry == NULL)
		return op_refuse(op, RC_INPUT, "text", "\"%s\" is no built-in word", text);
	if (entry->answer)
		return op_refuse(op, RC_CONFLICT, "text", "\"%s\" is %s already", text,
				 on ? "on" : "off");
	return op_refuse(op, RC_INPUT, "text",
			 "\"%s\" always counts: only words that are ordinary answers too, like "
			 "cancel, can be switched off",
			 text);
}

/* In one language, where there is something to do; *found: the entry that it is about. */
static size_t
switch_in(struct op *op, struct batch *batch, const struct list *own, const char *language,
	  const char *folded, bool on, const struct optout_entry **found)
{
	const struct optout_entry *entry = optout_builtin(folded, language);

	if (entry == NULL)
		return 0;
	if (*found == NULL || entry->answer)
		*found = entry;
	if (!entry->answer || (own_line(own, language, folded) == NULL) == on)
		return 0;
	switch_one(op, batch, entry, folded, on);
	return 1;
}

enum rc
gateway_switch_keyword(struct op *op, const char *language, const char *text, bool on)
{
	const char *folded = optout_fold(op->arena, text);
	const struct optout_entry *found = NULL;
	struct batch *batch = batch_new(op);
	struct list own;
	size_t n = 0;

	TRY(keyword_store_list(op, &own));
	for (const struct optout_language *l = optout_languages; l->code != NULL; l++)
		if (text_empty(language) || text_equal(language, l->code))
			n += switch_in(op, batch, &own, l->code, folded, on, &found);
	if (n == 0)
		return refuse_switch(op, text, found, on);
	return commit(op, batch, on ? "keyword.on" : "keyword.off",
		      text_empty(language) ? "*" : language, text);
}
