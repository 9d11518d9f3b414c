/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_suppression - who may not be messaged, why, and what that keeps back
 *
 * What a reason keeps back is said in words here and decided in domain/suppression.c.
 */
#include "site/view_suppression.h"

#include "domain/message.h"

const struct shape suppression_view_shape[] = {
	SHAPE(struct suppression_view, id),
	SHAPE(struct suppression_view, number),
	SHAPE(struct suppression_view, reason),
	SHAPE(struct suppression_view, reason_class),
	SHAPE(struct suppression_view, effect),
	SHAPE(struct suppression_view, by),
	SHAPE(struct suppression_view, text),
	SHAPE(struct suppression_view, note),
	SHAPE(struct suppression_view, instance),
	SHAPE(struct suppression_view, inbound_id),
	SHAPE(struct suppression_view, lifted_by),
	SHAPE(struct suppression_view, lift_reason),
	SHAPE_SUB(struct suppression_view, since, moment_shape),
	SHAPE_SUB(struct suppression_view, lifted, moment_shape),
	SHAPE(struct suppression_view, active),
	SHAPE_END,
};

/* In the order of the form: what a person adds most comes first. */
static const struct {
	const char *reason, *label, *class, *effect;
} reasons[] = {
	{ "manual", "Added by hand", "", "Nothing is sent" },
	{ "opted_out", "Opted out", "badge-warning", "Only essential messages pass" },
	{ "marketing_opt_out", "No marketing", "badge-info", "Marketing is kept back" },
	{ "complaint", "Complaint", "badge-danger", "Nothing is sent" },
	{ "blocked", "Blocked", "badge-danger", "Nothing is sent" },
};

struct list
view_reasons(struct web *web, const char *first, const char *selected)
{
	struct option_view options[ARRAY_LEN(reasons) + 1];
	size_t n = 0;

	if (first != NULL)
		options[n++] = (struct option_view){ .value = "", .label = first };
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		options[n++] = (struct option_view){ .value = reasons[i].reason,
						     .label = reasons[i].label };
	return view_options(web->op, options, n, selected);
}

/* Nobody has decided yet: the text only looks like an opt-out. */
static void
view_review(struct suppression_view *out)
{
	out->reason = "Possible opt-out";
	out->reason_class = "badge-warning";
	out->effect = "Marketing waits: read the text, then lift this or suppress the number";
	out->note = NULL;
}

static void
view_reason(struct suppression_view *out, const char *reason)
{
	out->reason = reason;
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (text_equal(reasons[i].reason, reason)) {
			out->reason = reasons[i].label;
			out->reason_class = reasons[i].class;
			out->effect = reasons[i].effect;
		}
	}
}

struct list
view_suppressions(struct web *web, const struct names *names, const struct list *suppressions)
{
	const struct suppression *rows = suppressions->rows;
	struct suppression_view *views =
		arena_array(web->op->arena, suppressions->n + 1, sizeof(*views));

	for (size_t i = 0; i < suppressions->n; i++) {
		const struct suppression *row = &rows[i];

		views[i] = (struct suppression_view){
			.id = row->id,
			.number = view_phone(web->op, row->recipient),
			.by = names_actor(web, names, row->actor),
			.text = row->text,
			.note = row->note,
			.instance = names_instance(names, row->instance_id),
			.inbound_id = row->inbound_id,
			.lifted_by = names_actor(web, names, row->lifted_by),
			.lift_reason = row->lift_reason,
			.since = view_moment(web, row->since),
			.lifted = view_moment(web, row->lifted_at),
			.active = row->lifted_at.ms == 0,
		};
		view_reason(&views[i], row->reason);
		if (text_equal(row->source, "review"))
			view_review(&views[i]);
	}
	return (struct list){ suppressions->n, views };
}
