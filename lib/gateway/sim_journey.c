/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_journey - what becomes of a send
 *
 * The recipient's number decides: most get sent, delivered and read after 0.2, 0.6 and 1.5 s;
 * some are there to make a gateway suffer (the table in docs/SIMULATOR.md). A journey is the
 * list of statuses still to be told; it has an op of its own and lives on the loop's timers.
 */
#include "core/secret.h"
#include "gateway/sim_inside.h"

enum { SENT_MS = 200, DELIVERED_MS = 600, READ_MS = 1500, STEPS_MAX = 9 };
enum { LATE_ANSWER_MS = 60000, EARLY_STATUS_MS = 2000, TIMES = 3 };

struct step {
	const char *status;
	int64_t at_ms; /* after acceptance */
};

struct journey {
	struct op *op;
	struct sim_number number;
	struct sim_message message; /* what statuses tell about */
	uint64_t epoch;
	int64_t started_us;
	struct step steps[STEPS_MAX];
	size_t step_count, next;
};

static const struct step usual[] = { { "sent", SENT_MS },
				     { "delivered", DELIVERED_MS },
				     { "read", READ_MS } };

/* What a recipient stands for. */
enum behaviour {
	USUAL,
	DROP_ANSWER,
	LATE_ANSWER,
	HTML_ERROR,
	TRUNCATED_ANSWER,
	EARLY_STATUS,
	NO_STATUS,
	SHUFFLED_STATUSES,
	FAILS_LATER, /* with the code in the number */
	REFUSED      /* with the code in the number */
};

static const struct {
	const char *recipient;
	enum behaviour behaviour;
} special[] = {
	{ "15550020001", DROP_ANSWER },       { "15550020002", LATE_ANSWER },
	{ "15550020003", HTML_ERROR },        { "15550020004", TRUNCATED_ANSWER },
	{ "15550020005", EARLY_STATUS },      { "15550020006", NO_STATUS },
	{ "15550020007", SHUFFLED_STATUSES },
};

/* A prefix and an error code of Meta behind it. */
static const struct {
	const char *prefix;
	size_t digits_min, digits_max;
	enum behaviour behaviour;
} coded[] = {
	{ "1555000", 6, 6, REFUSED },
	{ "1555001", 3, 7, FAILS_LATER },
};

static bool
has_code(const char *digits, size_t min, size_t max, int64_t *code)
{
	size_t n = strlen(digits);

	return n >= min && n <= max && text_int(digits, 0, INT64_MAX, code);
}

static enum behaviour
behaviour_of(const char *recipient, int64_t *code)
{
	for (size_t i = 0; i < ARRAY_LEN(special); i++)
		if (text_equal(recipient, special[i].recipient))
			return special[i].behaviour;
	for (size_t i = 0; i < ARRAY_LEN(coded); i++)
		if (text_starts(recipient, coded[i].prefix) &&
		    has_code(recipient + strlen(coded[i].prefix), coded[i].digits_min,
			     coded[i].digits_max, code))
			return coded[i].behaviour;
	return USUAL;
}

static void
shuffle(struct step *steps, size_t n)
{
	for (size_t i = n - 1; i > 0; i--) {
		size_t j = secret_uniform((uint32_t)i + 1);
		const char *status = steps[i].status;

		steps[i].status = steps[j].status;
		steps[j].status = status;
	}
}

static size_t
steps_shuffled(struct step *steps)
{
	for (size_t i = 0; i < STEPS_MAX; i++)
		steps[i] = (struct step){ usual[i / TIMES].status,
					  (int64_t)(i + 1) * READ_MS / STEPS_MAX };
	shuffle(steps, STEPS_MAX);
	return STEPS_MAX;
}

static size_t
steps_of(struct step *steps, enum behaviour behaviour)
{
	switch (behaviour) {
	case NO_STATUS:
		return 0;
	case FAILS_LATER:
		steps[0] = (struct step){ "failed", SENT_MS };
		return 1;
	case EARLY_STATUS:
		/* delivered has been told before the answer */
		steps[0] = usual[0];
		steps[1] = usual[2];
		return 2;
	case SHUFFLED_STATUSES:
		return steps_shuffled(steps);
	default:
		memcpy(steps, usual, sizeof(usual));
		return ARRAY_LEN(usual);
	}
}

static struct sim_hook *
status_hook(struct op *op, const struct sim_number *number, const struct sim_message *message,
	    const char *status)
{
	struct instant now = clock_now();
	size_t index = sim_ledger_status(message->serial, status, now, message->error_code);
	struct sim_hook *hook = sim_hook_new(number, "messages",
					     sim_value_status(op, number, message, status, now));

	if (hook != NULL)
		sim_hook_track(hook, message->serial, index);
	return hook;
}

static void journey_step(void *arg);

/* Wait for the next step, or end. */
static void
journey_on(struct journey *j)
{
	int64_t gone_ms = (clock_elapsed_us() - j->started_us) / 1000;

	if (j->next < j->step_count && j->epoch == sim_ledger_epoch()) {
		int64_t left = j->steps[j->next].at_ms - gone_ms;

		net_after(left > 0 ? left : 0, journey_step, j);
		return;
	}
	sim_pending_add(-1);
	op_end(j->op);
}

static void
journey_step(void *arg)
{
	struct journey *j = arg;
	struct op *op = op_begin("simulator");
	struct sim_hook *hook;

	hook = status_hook(op, &j->number, &j->message, j->steps[j->next++].status);
	if (hook != NULL)
		sim_hook_send(hook, NULL, NULL);
	op_end(op);
	journey_on(j);
}

static void
journey_begin(const struct sim_number *number, const struct sim_message *message,
	      enum behaviour behaviour)
{
	struct op *op = op_begin("simulator");
	struct journey *j = arena_alloc(op->arena, sizeof(*j));

	*j = (struct journey){ .op = op,
			       .epoch = sim_ledger_epoch(),
			       .started_us = clock_elapsed_us(),
			       .message = *message };
	j->message.id = arena_dup(op->arena, message->id);
	j->message.person = arena_dup(op->arena, message->person);
	j->message.name = arena_dup(op->arena, message->name);
	j->message.payload = arena_dup(op->arena, message->payload);
	j->step_count = steps_of(j->steps, behaviour);
	sim_pending_add(1);
	if (!sim_number_find(op, &j->number, number->phone_number_id))
		j->number = (struct sim_number){ .display_phone_number = "",
						 .phone_number_id = "",
						 .waba_id = "" };
	journey_on(j);
}

/* Meta's answer to an accepted message. */
static const char *
accepted_body(struct op *op, const struct sim_message *message, const json_t *body)
{
	json_t *root = json_new(op), *contact = json_new(op), *item = json_new(op);
	const char *asked = message->asked_for;

	json_put(contact, "input", asked);
	if (json_object_get(body, "to") != NULL)
		json_put(contact, "wa_id", message->person);
	if (!sim_is_group(body))
		json_put(contact, "user_id", sim_user_id(op, message->person));
	json_put(item, "id", message->id);
	if (sim_is_group(body))
		json_put(item, "group_id", message->person);
	if (text_equal(json_str(body, "type"), "template"))
		json_put(item, "message_status", "accepted");
	json_put(root, "messaging_product", "whatsapp");
	expect(json_object_set_new(root, "contacts", json_pack("[O]", contact)) == 0);
	expect(json_object_set_new(root, "messages", json_pack("[O]", item)) == 0);
	return json_text(op, root);
}

static void
answer_as(struct op *op, struct sim_answer *out, enum behaviour behaviour)
{
	switch (behaviour) {
	case DROP_ANSWER:
		out->drop = true;
		break;
	case LATE_ANSWER:
		out->wait_ms = LATE_ANSWER_MS;
		break;
	case TRUNCATED_ANSWER:
		out->body = arena_dupn(op->arena, out->body, strlen(out->body) / 2);
		break;
	default:
		break;
	}
}

static void
accept(struct op *op, struct sim_answer *out, const struct sim_number *number,
       struct sim_message *message, enum behaviour behaviour)
{
	message->serial = sim_ledger_add(message);
	answer_as(op, out, behaviour);
	if (behaviour == EARLY_STATUS)
		out->first = status_hook(op, number, message, "delivered");
	if (out->first != NULL)
		sim_hook_limit(out->first, EARLY_STATUS_MS);
	journey_begin(number, message, behaviour);
}

void
sim_journey(struct op *op, struct sim_answer *out, const char *phone_number_id, const json_t *body)
{
	const char *to = json_number_text(op, body, "to");
	const char *asked = text_empty(to) ? json_str(body, "recipient") : to;
	const char *person = text_empty(to) || sim_is_group(body) ? asked : sim_wa_id(op, to);
	struct sim_number number = { .phone_number_id = phone_number_id,
				     .display_phone_number = "" };
	struct sim_message message = {
		.phone_number_id = phone_number_id,
		.id = sim_wamid(op, person, false),
		.person = person,
		.asked_for = asked,
		.name = "WhatsApp User",
		.payload = json_text(op, body),
		.at = op->now,
	};
	enum behaviour behaviour = behaviour_of(person, &message.error_code);

	if (behaviour == REFUSED) {
		sim_error(op, out, message.error_code, NULL);
		return;
	}
	if (behaviour == HTML_ERROR) {
		*out = (struct sim_answer){
			.status = 500,
			.type = "text/html; charset=utf-8",
			.body = "<!doctype html><html><head><title>Error</title></head>"
				"<body>Sorry, something went wrong.</body></html>"
		};
		return;
	}
	if (!sim_number_find(op, &number, phone_number_id))
		number.callback_url = NULL;
	*out = (struct sim_answer){ .status = 200,
				    .type = "application/json; charset=UTF-8",
				    .body = accepted_body(op, &message, body) };
	accept(op, out, &number, &message, behaviour);
}
