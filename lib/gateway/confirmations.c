/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confirmations - what an instance answers to a stop and to a start, as its people change it
 *
 * A language without a text of its own has the built-in one; an instance that must not answer at
 * all is switched off as a whole.
 */
#include "db/db.h"
#include "gateway/keywords.h"
#include "gateway/people.h"
#include "store/choice_store.h"

const struct shape confirmation_view_shape[] = {
	SHAPE(struct confirmation_view, language),  SHAPE(struct confirmation_view, stop),
	SHAPE(struct confirmation_view, start),     SHAPE(struct confirmation_view, own_stop),
	SHAPE(struct confirmation_view, own_start), SHAPE_END,
};

static const char *
own_text(const struct list *texts, const char *kind, const char *language)
{
	const struct confirmation_text *rows = texts->rows;

	for (size_t i = 0; i < texts->n; i++)
		if (text_equal(rows[i].kind, kind) && text_equal(rows[i].language, language))
			return rows[i].text;
	return NULL;
}

static struct confirmation_view
view_of(const struct list *texts, const char *language)
{
	const char *stop = own_text(texts, "stop", language);
	const char *start = own_text(texts, "start", language);

	return (struct confirmation_view){
		.language = language,
		.stop = stop != NULL ? stop : optout_confirmation(OPTOUT_STOP, language),
		.start = start != NULL ? start : optout_confirmation(OPTOUT_START, language),
		.own_stop = stop != NULL,
		.own_start = start != NULL,
	};
}

enum rc
gateway_list_confirmations(struct op *op, struct list *out, const struct instance *instance)
{
	struct confirmation_view *views;
	struct list texts;
	size_t n = 0;

	TRY(choice_store_texts(op, &texts, instance->id));
	while (optout_languages[n].code != NULL)
		n++;
	views = arena_array(op->arena, n, sizeof(*views));
	for (size_t i = 0; i < n; i++)
		views[i] = view_of(&texts, optout_languages[i].code);
	*out = (struct list){ n, views };
	return RC_OK;
}

/* Into the batch; what is given as it is built in counts as none of its own. */
static enum rc
set_text(struct op *op, struct batch *batch, const struct instance *instance, enum optout_kind kind,
	 const struct confirmation_change *change)
{
	const char *given = kind == OPTOUT_STOP ? change->stop : change->start;
	const char *name = optout_kind_text(kind);
	struct confirmation_text text = { name, change->language, NULL };

	if (given == NULL)
		return RC_OK;
	text.text = text_trim(op->arena, given);
	if (text_points(text.text) > CONFIRMATION_MAX_POINTS)
		return op_refuse(op, RC_INPUT, name, "At most %d characters",
				 CONFIRMATION_MAX_POINTS);
	if (text_empty(text.text) ||
	    text_equal(text.text, optout_confirmation(kind, change->language)))
		text.text = NULL;
	choice_store_set_text(batch, instance->id, &text);
	return RC_OK;
}

enum rc
gateway_set_confirmation(struct op *op, const struct instance *instance,
			 const struct confirmation_change *change)
{
	struct batch *batch = batch_new(op);

	if (!optout_has_language(change->language))
		return op_refuse(op, RC_INPUT, "language", "There is no language \"%s\"",
				 change->language == NULL ? "" : change->language);
	TRY(set_text(op, batch, instance, OPTOUT_STOP, change));
	TRY(set_text(op, batch, instance, OPTOUT_START, change));
	audit_add(op, batch, "confirmation.set", instance->id, change->language);
	return db_commit(op, batch);
}

enum rc
gateway_switch_confirmations(struct op *op, const struct instance *instance, bool on)
{
	struct batch *batch = batch_new(op);

	choice_store_set_answering(batch, instance->id, on);
	audit_add(op, batch, on ? "confirmation.on" : "confirmation.off", instance->id, NULL);
	return db_commit(op, batch);
}
