/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_check - is this a message that Meta would take?
 *
 * Asked before anything is stored or sent, so that a mistake is answered at once, with its place.
 * Rules are tables: one for what all messages share, one per type. The order of the rows is the
 * order in which faults are found, parents before their members.
 */
#include "domain/message_check.h"

enum kind { STRING, BOOLEAN, OBJECT };
enum need { OPTIONAL, NEEDED };

struct rule {
	const char *path;
	enum kind kind;
	enum need need;
	size_t min, max;  /* code points of a STRING */
	const char *only; /* the one value a STRING may have; NULL: any */
};

/* https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages */
static const struct rule common_rules[] = {
	{ "messaging_product", STRING, NEEDED, 1, 64, "whatsapp" },
	{ "recipient_type", STRING, OPTIONAL, 1, 64, "individual" },
	{ "context", OBJECT, OPTIONAL, 0, 0, NULL },
	{ "context.message_id", STRING, OPTIONAL, 1, 512, NULL },
	{ "biz_opaque_callback_data", STRING, OPTIONAL, 0, 512, NULL },
	{ 0 },
};

static const struct rule text_rules[] = {
	{ "text", OBJECT, NEEDED, 0, 0, NULL },
	{ "text.body", STRING, NEEDED, 1, MESSAGE_TEXT_MAX, NULL },
	{ "text.preview_url", BOOLEAN, OPTIONAL, 0, 0, NULL },
	{ 0 },
};

static const struct {
	const char *type;
	const struct rule *rules;
} types[] = {
	{ "text", text_rules },
};

const char *
message_text_problem(struct op *op, const json_t *value, size_t min, size_t max)
{
	size_t n;

	if (!json_is_string(value))
		return "must be a string";
	n = text_points(json_string_value(value));
	if (n < min)
		return "must not be empty";
	if (n > max)
		return arena_printf(op->arena, "must have at most %zu characters, this one has %zu",
				    max, n);
	return NULL;
}

static const char *
string_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	const char *problem = message_text_problem(op, value, rule->min, rule->max);

	if (problem == NULL && rule->only != NULL &&
	    !text_equal(rule->only, json_string_value(value)))
		return arena_printf(op->arena, "must be \"%s\"", rule->only);
	return problem;
}

static const char *
rule_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	if (value == NULL)
		return rule->need == NEEDED ? "is required" : NULL;
	switch (rule->kind) {
	case STRING:
		return string_problem(op, rule, value);
	case BOOLEAN:
		return json_is_boolean(value) ? NULL : "must be true or false";
	case OBJECT:
		return json_is_object(value) ? NULL : "must be an object";
	}
	bug("rule %s has no kind", rule->path);
}

static enum rc
check_rules(struct op *op, const json_t *message, const struct rule *rules,
	    struct message_fault *fault)
{
	for (const struct rule *rule = rules; rule->path != NULL; rule++) {
		const char *problem = rule_problem(op, rule, json_at(message, rule->path));

		if (problem == NULL)
			continue;
		*fault = (struct message_fault){ rule->path, problem };
		return RC_INPUT;
	}
	return RC_OK;
}

const char *
message_type(const json_t *message)
{
	const json_t *type = json_object_get(message, "type");

	return type == NULL ? "text" : json_string_value(type);
}

enum rc
message_check(struct op *op, const json_t *message, struct message_fault *fault)
{
	const char *type = message_type(message);

	TRY(check_rules(op, message, common_rules, fault));
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (text_equal(types[i].type, type))
			return check_rules(op, message, types[i].rules, fault);
	fault->field = "type";
	fault->reason = type == NULL ? "must be a string"
				     : "must be \"text\": no other type can be sent yet";
	return RC_INPUT;
}
