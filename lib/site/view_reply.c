/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_reply - the box below a conversation, with the time that is left for a free answer
 *
 * Outside of the window Meta delivers templates only; where the instance refuses the rest, the box
 * offers nothing else. Which values a template asks for is seen when it is chosen, which takes no
 * script: it is part of the address.
 */
#include "site/view_reply.h"

#include "gateway/conversations.h"
#include "gateway/manage_instances.h"

static const struct shape slot_view_shape[] = {
	SHAPE(struct slot_view, field),
	SHAPE(struct slot_view, label),
	SHAPE(struct slot_view, value),
	SHAPE_END,
};

const struct shape reply_box_shape[] = {
	SHAPE(struct reply_box, window),
	SHAPE(struct reply_box, window_class),
	SHAPE(struct reply_box, unread),
	SHAPE(struct reply_box, problem),
	SHAPE(struct reply_box, message),
	SHAPE(struct reply_box, trouble),
	SHAPE(struct reply_box, chosen),
	SHAPE(struct reply_box, header),
	SHAPE(struct reply_box, body),
	SHAPE(struct reply_box, footer),
	SHAPE(struct reply_box, choose_url),
	SHAPE(struct reply_box, write_url),
	SHAPE_OPTIONS(struct reply_box, templates),
	SHAPE_ROWS(struct reply_box, slots, struct slot_view, slot_view_shape),
	SHAPE(struct reply_box, text),
	SHAPE(struct reply_box, has_templates),
	SHAPE_END,
};

/* ---- the window -------------------------------------------------------------------------- */

/* "23 h 5 min": to the minute, because that is what is left to write in. */
static const char *
left_of(struct op *op, int64_t ms)
{
	long long minutes = (long long)(ms / MINUTE_MS);

	if (minutes < 1)
		return "less than a minute";
	if (minutes < 60)
		return arena_printf(op->arena, "%lld min", minutes);
	return arena_printf(op->arena, "%lld h %lld min", minutes / 60, minutes % 60);
}

static void
view_window(struct web *web, struct reply_box *box, const struct conversation_state *state)
{
	struct op *op = web->op;
	int64_t left = state->window_expires_at.ms - op->now.ms;

	box->window = "Window closed";
	box->window_class = "badge-warning";
	if (state->window_expires_at.ms == 0)
		return;
	box->window = arena_printf(op->arena, "Window open for %s", left_of(op, left));
	box->window_class = left < HOUR_MS ? "badge-warning" : "badge-good";
}

/* ---- templates --------------------------------------------------------------------------- */

static struct list
template_options(struct op *op, const struct list *templates, const char *chosen)
{
	const struct wa_template *rows = templates->rows;
	struct option_view *options = arena_array(op->arena, templates->n + 1, sizeof(*options));
	size_t n = 0;

	for (size_t i = 0; i < templates->n; i++) {
		struct template_slots slots;

		template_slots_read(op, &slots, &rows[i]);
		if (slots.obstacle != NULL || text_empty(purpose_fitting_list(rows[i].category)))
			continue;
		options[n++] = (struct option_view){
			.value = arena_printf(op->arena, "%s/%s", rows[i].name, rows[i].language),
			.label = arena_printf(op->arena, "%s (%s)", rows[i].name, rows[i].language),
		};
	}
	return view_options(op, options, n, chosen);
}

static void
view_chosen(struct op *op, struct reply_box *box, const struct wa_template *t,
	    const struct reply *said)
{
	struct template_slots slots;
	struct slot_view *views;

	template_slots_read(op, &slots, t);
	views = arena_array(op->arena, slots.n + 1, sizeof(*views));
	for (size_t i = 0; i < slots.n; i++)
		views[i] = (struct slot_view){
			.field = arena_printf(op->arena, "slot_%zu", i),
			.label = arena_printf(op->arena, "{{%s}}%s", slots.rows[i].name,
					      slots.rows[i].in_header ? " in the header" : ""),
			.value = said != NULL ? said->values[i] : NULL,
		};
	box->chosen = arena_printf(op->arena, "%s/%s", t->name, t->language);
	box->header = slots.header;
	box->body = slots.body;
	box->footer = slots.footer;
	box->slots = (struct list){ slots.n, views };
}

static enum rc
view_templates(struct web *web, struct reply_box *box, const char *instance_id, const char *ref,
	       const struct reply *said)
{
	struct op *op = web->op;
	const struct wa_template *chosen;
	struct list templates;
	enum rc rc = reply_templates(op, &templates, instance_id);

	if (rc == RC_UPSTREAM || rc == RC_BUSY || rc == RC_CONFLICT) {
		box->trouble = arena_printf(op->arena, "The templates cannot be read: %s", op->why);
		op_forgive(op);
		return RC_OK;
	}
	TRY(rc);
	box->templates = template_options(op, &templates, ref);
	box->has_templates = box->templates.n > 0;
	if (!box->has_templates)
		box->trouble = "No approved template can be filled in here. One with texts alone "
			       "in it, made in WhatsApp Manager, appears within the hour.";
	chosen = reply_template(op, &templates, ref);
	if (chosen != NULL)
		view_chosen(op, box, chosen, said);
	return RC_OK;
}

/* ---- the box ----------------------------------------------------------------------------- */

/* A free message may go while the window is open, and where it is left to Meta at any time. */
static void
view_ways(struct op *op, struct reply_box *box, const char *here, bool free, bool asks)
{
	box->write_url = free && asks ? here : NULL;
	box->choose_url = arena_printf(op->arena, "%s?template=choose#reply", here);
	box->text = free && !asks;
}

enum rc
view_reply_box(struct web *web, const struct reply_box **out, const struct inbound *inbound,
	       const struct reply *said)
{
	struct op *op = web->op;
	struct reply_box *box = arena_alloc(op->arena, sizeof(*box));
	const char *person =
		text_empty(inbound->sender) ? inbound->sender_user_id : inbound->sender;
	const char *ref = said != NULL ? said->template : view_filter(web, "template");
	const char *here = arena_printf(op->arena, "/inbound-logs/%s", inbound->id);
	struct conversation_state state = { 0 };
	struct instance instance = { 0 };
	bool free;

	TRY(gateway_find_instance(op, &instance, inbound->instance_id));
	TRY(gateway_find_conversation(op, &state, inbound->instance_id, person));
	view_window(web, box, &state);
	if (state.unread > 0)
		box->unread = view_number(op, state.unread);
	free = state.window_expires_at.ms != 0 || text_equal(instance.window_policy, "meta");
	view_ways(op, box, here, free, !text_empty(ref));
	box->problem = view_error(web, "form");
	box->message = said != NULL ? said->text : NULL;
	if (!box->text)
		TRY(view_templates(web, box, inbound->instance_id, ref, said));
	*out = box;
	return RC_OK;
}
