/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_chat - the simulator as a person's phone
 *
 * Reads the ledger as conversations and lines for the chat page and its script. Messages of the
 * business show how far they got; what can be tapped in one (reply buttons, rows of a list)
 * comes with the message object that a tap sends.
 */
#include "gateway/sim_inside.h"
#include "provider/provider.h"

enum { CONVERSATIONS_MAX = 100, LINES_MAX = 200, BUTTONS_MAX = 10 };

static const struct shape sim_button_shape[] = {
	SHAPE(struct sim_button, id),
	SHAPE(struct sim_button, title),
	SHAPE(struct sim_button, message),
	SHAPE_END,
};

static const struct shape sim_line_shape[] = {
	SHAPE(struct sim_line, id),
	SHAPE(struct sim_line, direction),
	SHAPE(struct sim_line, text),
	SHAPE(struct sim_line, type),
	SHAPE(struct sim_line, status),
	SHAPE(struct sim_line, error),
	SHAPE(struct sim_line, at),
	SHAPE(struct sim_line, time),
	SHAPE_ROWS(struct sim_line, buttons, struct sim_button, sim_button_shape),
	SHAPE(struct sim_line, is_mine),
	SHAPE(struct sim_line, is_sent),
	SHAPE(struct sim_line, is_delivered),
	SHAPE(struct sim_line, is_read),
	SHAPE(struct sim_line, is_failed),
	SHAPE_END,
};

static const struct shape sim_conversation_shape[] = {
	SHAPE(struct sim_conversation, with),
	SHAPE(struct sim_conversation, name),
	SHAPE(struct sim_conversation, text),
	SHAPE(struct sim_conversation, at),
	SHAPE(struct sim_conversation, time),
	SHAPE(struct sim_conversation, selected),
	SHAPE_END,
};

const struct shape sim_chat_shape[] = {
	SHAPE_ROWS(struct sim_chat, numbers, struct sim_number, sim_number_shape),
	SHAPE(struct sim_chat, phone_number_id),
	SHAPE(struct sim_chat, display_phone_number),
	SHAPE(struct sim_chat, verified_name),
	SHAPE(struct sim_chat, with),
	SHAPE(struct sim_chat, name),
	SHAPE_ROWS(struct sim_chat, conversations, struct sim_conversation, sim_conversation_shape),
	SHAPE_ROWS(struct sim_chat, lines, struct sim_line, sim_line_shape),
	SHAPE(struct sim_chat, has_numbers),
	SHAPE(struct sim_chat, has_choice),
	SHAPE(struct sim_chat, has_with),
	SHAPE_END,
};

static const json_t *
payload_of(struct op *op, const struct sim_message *m)
{
	json_t *body = NULL;

	expect(json_read_loose(op, &body, bytes_of(m->payload)) == RC_OK);
	return body;
}

/* What a person would see of a message, shortly. */
static const char *
text_of(struct op *op, const json_t *body)
{
	const char *type = json_str(body, "type"), *text = cloud_text(body);

	if (text == NULL)
		text = json_string_value(json_at(body, "interactive.body.text"));
	if (text == NULL && json_string_value(json_at(body, "template.name")) != NULL)
		text = arena_printf(op->arena, "Template %s (%s)",
				    json_string_value(json_at(body, "template.name")),
				    json_string_value(json_at(body, "template.language.code")));
	if (text == NULL)
		text = json_string_value(json_at(body, "reaction.emoji"));
	return text != NULL ? arena_dup(op->arena, text)
			    : arena_printf(op->arena, "(%s)", type == NULL ? "message" : type);
}

static const char *
time_of(struct op *op, struct instant at)
{
	return arena_printf(op->arena, "%.5s", clock_rfc3339(op->arena, at) + 11);
}

/* ---- what can be tapped ---- */
static void
button_add(struct op *op, struct list *buttons, const char *id, const char *title, json_t *message)
{
	struct sim_button *rows = (struct sim_button *)(uintptr_t)buttons->rows;

	json_own(op, message);
	if (buttons->n < BUTTONS_MAX && !text_empty(title))
		rows[buttons->n++] =
			(struct sim_button){ arena_dup(op->arena, id), arena_dup(op->arena, title),
					     json_text(op, message) };
}

static json_t *
tap_of(const char *kind, const json_t *reply, const char *context)
{
	return json_pack("{s:s,s:{s:s},s:{s:s,s:{s:s?,s:s?}}}", "type", "interactive", "context",
			 "id", context, "interactive", "type", kind, kind, "id",
			 json_str(reply, "id"), "title", json_str(reply, "title"));
}

static struct list
buttons_of(struct op *op, const json_t *body, const char *id)
{
	struct list buttons = { 0, arena_array(op->arena, BUTTONS_MAX, sizeof(struct sim_button)) };
	const json_t *replies = json_at(body, "interactive.action.buttons");
	const json_t *sections = json_at(body, "interactive.action.sections");

	for (size_t i = 0; i < json_array_size(replies); i++) {
		const json_t *reply = json_object_get(json_array_get(replies, i), "reply");

		button_add(op, &buttons, json_str(reply, "id"), json_str(reply, "title"),
			   tap_of("button_reply", reply, id));
	}
	for (size_t i = 0; i < json_array_size(sections); i++) {
		const json_t *rows = json_object_get(json_array_get(sections, i), "rows");

		for (size_t j = 0; j < json_array_size(rows); j++)
			button_add(op, &buttons, json_str(json_array_get(rows, j), "id"),
				   json_str(json_array_get(rows, j), "title"),
				   tap_of("list_reply", json_array_get(rows, j), id));
	}
	return buttons;
}

/* ---- walking the ledger ---- */
struct view {
	struct op *op;
	const char *phone_number_id, *with, *name;
	struct sim_conversation *conversations;
	struct sim_line *lines; /* newest first */
	size_t conversation_count, line_count;
};

/* How far a message got, in whatever order its statuses were told. */
static const char *
standing_of(const struct sim_message *m)
{
	static const char *const best_first[] = { "failed", "read", "delivered", "sent" };

	for (size_t i = 0; i < ARRAY_LEN(best_first); i++)
		for (size_t j = 0; j < m->status_count; j++)
			if (text_equal(m->statuses[j].status, best_first[i]))
				return best_first[i];
	return "accepted";
}

static void
line_add(struct view *v, const struct sim_message *m, const json_t *body)
{
	struct op *op = v->op;
	struct sim_line *line = &v->lines[v->line_count++];
	const char *standing = standing_of(m);

	*line = (struct sim_line){
		.id = arena_dup(op->arena, m->id),
		.direction = m->inbound ? "in" : "out",
		.text = text_of(op, body),
		.type = arena_dup(op->arena, json_str(body, "type")),
		.status = standing,
		.at = clock_rfc3339(op->arena, m->at),
		.time = time_of(op, m->at),
		.is_mine = m->inbound,
		.is_sent = text_equal(standing, "sent"),
		.is_delivered = text_equal(standing, "delivered"),
		.is_read = text_equal(standing, "read"),
		.is_failed = text_equal(standing, "failed"),
	};
	if (m->error_code != 0)
		line->error = arena_printf(op->arena, "error %lld", (long long)m->error_code);
	if (!m->inbound)
		line->buttons = buttons_of(op, body, m->id);
	else if (v->name == NULL)
		v->name = arena_dup(op->arena, m->name);
}

static bool
is_new_conversation(const struct view *v, const struct sim_message *m)
{
	for (size_t i = 0; i < v->conversation_count; i++)
		if (text_equal(v->conversations[i].with, m->person))
			return false;
	return v->conversation_count < CONVERSATIONS_MAX;
}

static void
conversation_add(struct view *v, const struct sim_message *m, const json_t *body)
{
	v->conversations[v->conversation_count++] = (struct sim_conversation){
		.with = arena_dup(v->op->arena, m->person),
		.name = arena_dup(v->op->arena, m->name),
		.text = text_of(v->op, body),
		.at = clock_rfc3339(v->op->arena, m->at),
		.time = time_of(v->op, m->at),
	};
}

static bool
see_message(void *arg, const struct sim_message *m)
{
	struct view *v = arg;
	bool is_new, is_line;
	const json_t *body;

	if (!text_equal(m->phone_number_id, v->phone_number_id))
		return true;
	if (v->with == NULL)
		v->with = arena_dup(v->op->arena, m->person);
	is_new = is_new_conversation(v, m);
	is_line = text_equal(m->person, v->with) && v->line_count < LINES_MAX;
	/* Most messages are neither: they are not read. */
	body = is_new || is_line ? payload_of(v->op, m) : NULL;
	if (is_new)
		conversation_add(v, m, body);
	if (is_line)
		line_add(v, m, body);
	return true;
}

static void
lines_reverse(struct sim_line *lines, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct sim_line other = lines[i];

		lines[i] = lines[n - 1 - i];
		lines[n - 1 - i] = other;
	}
}

void
simulator_chat(struct op *op, struct sim_chat *out, const char *number, const char *with)
{
	struct sim_number found = { .phone_number_id = number };
	struct view v = { .op = op };

	*out = (struct sim_chat){ .numbers = sim_number_list(op, NULL) };
	out->has_numbers = out->numbers.n > 0;
	out->has_choice = out->numbers.n > 1;
	sim_number_find(op, &found, text_empty(number) ? NULL : number);
	v.phone_number_id = found.phone_number_id;
	v.with = text_empty(with) ? NULL : sim_wa_id(op, with);
	v.conversations = arena_array(op->arena, CONVERSATIONS_MAX, sizeof(*v.conversations));
	v.lines = arena_array(op->arena, LINES_MAX, sizeof(*v.lines));
	sim_ledger_walk(see_message, &v);
	lines_reverse(v.lines, v.line_count);
	for (size_t i = 0; i < v.conversation_count; i++)
		v.conversations[i].selected = text_equal(v.conversations[i].with, v.with);
	out->phone_number_id = found.phone_number_id;
	out->display_phone_number = found.display_phone_number;
	out->verified_name = found.verified_name;
	out->with = v.with;
	out->name = v.name;
	out->has_with = v.with != NULL;
	out->conversations = (struct list){ v.conversation_count, v.conversations };
	out->lines = (struct list){ v.line_count, v.lines };
}
