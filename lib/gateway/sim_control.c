/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_control - the addresses by which tests and people move the simulator
 *
 * A person writes, any other change happens, everything is listed, settled or forgotten. What
 * an answer waits for (a webhook, a while, quiet) starts in simulator_when_ready, so that it
 * cannot be over before somebody listens.
 */
#include "gateway/sim_inside.h"

enum {
	SETTLE_STEP_MS = 20,
	SETTLE_MAX_MS = 20000,
	MESSAGES_DEFAULT = 1000,
	MESSAGES_BYTES_MAX = 15 << 20
};

static const char type_json[] = "application/json";

static void
answer_text(struct sim_answer *out, int status, const char *body)
{
	*out = (struct sim_answer){ .status = status, .type = type_json, .body = body };
}

static void
answer_refusal(struct op *op, struct sim_answer *out, const char *sentence)
{
	json_t *root = json_new(op);

	json_put(root, "error", sentence);
	answer_text(out, 400, json_text(op, root));
}

static json_t *
body_read(struct op *op, struct sim_answer *out, struct bytes body)
{
	json_t *root = NULL;

	if (json_read(op, &root, body) == RC_OK && json_is_object(root))
		return root;
	answer_refusal(op, out, op->why[0] != '\0' ? op->why : "The body must be a JSON object");
	op_forgive(op);
	return NULL;
}

static bool
number_of(struct op *op, struct sim_answer *out, struct sim_number *number, const json_t *body)
{
	if (sim_number_find(op, number, json_number_text(op, body, "phone_number_id")))
		return true;
	answer_refusal(
		op, out,
		"No such number: DATA/simulator.json or POST /_sim/subscribe makes one known");
	return false;
}

bool
simulator_answer_ready(const struct sim_answer *answer)
{
	return answer->first == NULL && answer->wait_ms == 0 && !answer->settling;
}

static void
waited(void *arg)
{
	struct sim_answer *answer = arg;

	answer->ready(answer->arg);
}

/* A control answer tells what the webhook was answered. */
static void
webhook_answered(void *arg, int webhook_status)
{
	struct sim_answer *answer = arg;
	json_t *root;

	if (answer->op != NULL) {
		root = json_new(answer->op);
		if (answer->id != NULL)
			json_put(root, "id", answer->id);
		json_put_int(root, "webhook_status", webhook_status);
		answer->body = json_text(answer->op, root);
	}
	answer->ready(answer->arg);
}

static void
settle(void *arg)
{
	struct sim_answer *answer = arg;

	answer->wait_ms -= SETTLE_STEP_MS;
	if (sim_pending() > 0 && answer->wait_ms > 0) {
		net_after(SETTLE_STEP_MS, settle, answer);
		return;
	}
	answer->body = sim_pending() > 0 ? "{\"settled\":false}" : "{\"settled\":true}";
	answer->ready(answer->arg);
}

void
simulator_when_ready(struct sim_answer *answer, void (*ready)(void *arg), void *arg)
{
	answer->ready = ready;
	answer->arg = arg;
	if (answer->first != NULL)
		sim_hook_send(answer->first, webhook_answered, answer);
	else if (answer->settling)
		net_after(SETTLE_STEP_MS, settle, answer);
	else
		net_after(answer->wait_ms, waited, answer);
}

/* The answer follows the webhook; at once when nobody listens to the number. */
static void
answer_webhook(struct op *op, struct sim_answer *out, struct sim_hook *hook, const char *id)
{
	*out = (struct sim_answer){
		.status = 200, .type = type_json, .first = hook, .op = op, .id = id
	};
	if (hook == NULL)
		answer_refusal(op, out, "The number has no callback_url");
}

/* Meta's object for what the person wrote, from {"text"} or {"message"}. */
static json_t *
message_of(struct op *op, const json_t *body)
{
	json_t *message = json_object_get(body, "message"), *text;

	if (json_is_object(message))
		return message;
	if (text_empty(json_str(body, "text")))
		return NULL;
	message = json_new(op);
	text = json_new(op);
	json_put(text, "body", json_str(body, "text"));
	json_put(message, "type", "text");
	expect(json_object_set(message, "text", text) == 0);
	return message;
}

/* Keep it and make its webhook. */
static struct sim_hook *
person_writes(struct op *op, const struct sim_number *number, const char *from, const char *name,
	      json_t *message, const char **id)
{
	const char *person = sim_wa_id(op, from);
	json_t *value = sim_value_inbound(op, number, person, name, message);
	const json_t *item = json_at(value, "messages.0");
	struct sim_message kept = {
		.inbound = true,
		.id = json_number_text(op, item, "id"),
		.phone_number_id = number->phone_number_id,
		.person = person,
		.asked_for = from,
		.name = name,
		.payload = json_text(op, item),
		.at = op->now,
	};

	sim_ledger_add(&kept);
	*id = kept.id;
	return sim_hook_new(number, "messages", value);
}

void
simulator_inbound(struct op *op, struct sim_answer *out, struct bytes body)
{
	const json_t *root = body_read(op, out, body);
	const char *from = json_number_text(op, root, "from"), *name = json_str(root, "name");
	const char *id = NULL;
	struct sim_number number;
	struct sim_hook *hook;
	json_t *message;

	if (root == NULL || !number_of(op, out, &number, root))
		return;
	message = message_of(op, root);
	if (text_empty(from) || sim_wa_id(op, from)[0] == '\0' || message == NULL) {
		answer_refusal(op, out, "Give from (a phone number) and text or message");
		return;
	}
	hook = person_writes(op, &number, from, name == NULL ? "WhatsApp User" : name, message,
			     &id);
	answer_webhook(op, out, hook, id);
}

enum rc
simulator_say(struct op *op, const char *phone_number_id, const char *from, const char *name,
	      const char *text)
{
	struct sim_number number;
	struct sim_hook *hook;
	json_t *body = json_new(op);
	const char *id;

	if (!sim_number_find(op, &number, phone_number_id))
		return op_fail(op, RC_INPUT, "The simulator does not know this number.");
	if (text_empty(from) || sim_wa_id(op, from)[0] == '\0' || text_empty(text))
		return op_fail(op, RC_INPUT, "Give a phone number and a text.");
	json_put(body, "text", text);
	hook = person_writes(op, &number, from, text_empty(name) ? "WhatsApp User" : name,
			     message_of(op, body), &id);
	if (hook != NULL)
		sim_hook_send(hook, NULL, NULL);
	return RC_OK;
}

void
simulator_webhook(struct op *op, struct sim_answer *out, struct bytes body)
{
	const json_t *root = body_read(op, out, body);
	const json_t *value = json_object_get(root, "value");
	const char *field = json_str(root, "field");
	struct sim_number number;

	if (root == NULL || !number_of(op, out, &number, root))
		return;
	if (text_empty(field) || value == NULL) {
		answer_refusal(op, out, "Give field and value");
		return;
	}
	answer_webhook(op, out, sim_hook_new(&number, field, value), NULL);
}

void
simulator_settle(struct op *op, struct sim_answer *out, struct bytes body)
{
	(void)op;
	(void)body;
	*out = (struct sim_answer){
		.status = 200, .type = type_json, .settling = true, .wait_ms = SETTLE_MAX_MS
	};
}

void
simulator_reset(struct op *op, struct sim_answer *out, struct bytes body)
{
	(void)op;
	(void)body;
	sim_ledger_reset();
	sim_media_reset();
	answer_text(out, 200, "{\"success\":true}");
}

/* ---- the list ---- */
struct listing {
	struct op *op;
	struct buf out;
	const char *person;
	int64_t left;
	bool any;
};

static json_t *
statuses_of(struct op *op, const struct sim_message *m)
{
	json_t *list = json_new_array(op);

	for (size_t i = 0; i < m->status_count; i++) {
		json_t *row = json_new(op);

		json_put(row, "status", m->statuses[i].status);
		json_put_time(op, row, "at", m->statuses[i].at);
		json_put_int(row, "webhook_status", m->statuses[i].webhook_status);
		expect(json_array_append(list, row) == 0);
	}
	return list;
}

static bool
list_one(void *arg, const struct sim_message *m)
{
	struct listing *l = arg;
	struct op *op;
	json_t *row;

	if (m->inbound || (l->person != NULL && !text_equal(m->person, l->person)))
		return true;
	op = op_begin("simulator");
	row = json_new(op);
	json_put(row, "id", m->id);
	json_put(row, "to", m->asked_for);
	json_put(row, "wa_id", m->person);
	json_put(row, "phone_number_id", m->phone_number_id);
	json_put_json(row, "payload", m->payload);
	json_put_time(op, row, "accepted_at", m->at);
	expect(json_object_set(row, "statuses", statuses_of(op, m)) == 0);
	buf_text(&l->out, l->any ? "," : "");
	buf_text(&l->out, json_text(op, row));
	op_end(op);
	l->any = true;
	return --l->left > 0;
}

void
simulator_messages(struct op *op, struct sim_answer *out, const char *to, int64_t limit)
{
	struct listing l = { .op = op, .left = limit > 0 ? limit : MESSAGES_DEFAULT };

	if (!text_empty(to))
		l.person = sim_wa_id(op, to);
	buf_init(&l.out, op->arena, MESSAGES_BYTES_MAX);
	buf_text(&l.out, "{\"items\":[");
	sim_ledger_walk(list_one, &l);
	buf_text(&l.out, "]}");
	if (buf_ok(&l.out))
		answer_text(out, 200, buf_str(&l.out));
	else
		answer_refusal(op, out, "That is more than 15 MiB: ask for less with limit");
}
