/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_check - is this a message that Meta would take?
 *
 * Asked before anything is stored or sent, so that a mistake is answered at once, with its place.
 * Rules are tables (message_check_rules.h), one per object; here is what reads them. Members are
 * looked at in the order of their table, parents before their members. A place is written out only
 * where something is wrong.
 */
#include "domain/message_check_rules.h"

enum { PATH_MAX_BYTES = 512 };

/* ---- saying what is wrong ---- */

static void
write_path(struct buf *out, const struct place *at)
{
	if (at == NULL)
		return;
	write_path(out, at->above);
	if (at->name == NULL)
		buf_printf(out, "[%zu]", at->index);
	else
		buf_printf(out, "%s%s", at->above == NULL ? "" : ".", at->name);
}

enum rc
rule_fault(const struct checking *c, const struct place *at, const char *reason)
{
	struct buf path;

	buf_init(&path, c->op->arena, PATH_MAX_BYTES);
	write_path(&path, at);
	*c->fault = (struct message_fault){ buf_str(&path), reason };
	return RC_INPUT;
}

/* "a", "a and b", "a, b and c" from texts that NULL ends. */
static const char *
enumerate(struct op *op, const char *const *words, const char *last)
{
	struct buf out;

	buf_init(&out, op->arena, PATH_MAX_BYTES);
	for (size_t i = 0; words[i] != NULL; i++) {
		if (i > 0)
			buf_printf(&out, words[i + 1] == NULL ? " %s " : ", ", last);
		buf_text(&out, words[i]);
	}
	return buf_str(&out);
}

/* ---- one value ---- */

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
text_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	size_t max = rule->max == 0 ? SIZE_MAX : rule->max;
	const char *problem = message_text_problem(op, value, rule->min, max);
	const char **words;
	size_t n;

	if (problem != NULL || rule->only == NULL ||
	    text_list_has(rule->only, json_string_value(value)))
		return problem;
	words = text_split(op->arena, rule->only, ',', &n);
	for (size_t i = 0; i < n; i++)
		words[i] = arena_printf(op->arena, "\"%s\"", words[i]);
	return arena_printf(op->arena, "must be %s", enumerate(op, words, "or"));
}

static const char *
flag_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	(void)op;
	(void)rule;
	return json_is_boolean(value) ? NULL : "must be true or false";
}

static const char *
number_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	const char *text = json_string_value(value);

	(void)op;
	(void)rule;
	if (json_is_number(value))
		return NULL;
	if (text_empty(text) || text[strspn(text, "+-.0123456789eE")] != '\0')
		return "must be a number";
	return NULL;
}

static const char *
integer_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	int64_t min = rule->max == 0 ? INT64_MIN : (int64_t)rule->min;
	int64_t max = rule->max == 0 ? INT64_MAX : (int64_t)rule->max;
	const char *text = json_string_value(value);
	int64_t n = json_integer_value(value);
	bool whole = json_is_integer(value) ? n >= min && n <= max
					    : text != NULL && text_int(text, min, max, &n);

	if (whole)
		return NULL;
	if (rule->max == 0)
		return "must be a whole number";
	return arena_printf(op->arena, "must be a whole number from %zu to %zu", rule->min,
			    rule->max);
}

static const char *
id_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	(void)op;
	(void)rule;
	if (json_is_integer(value))
		return NULL;
	if (!json_is_string(value))
		return "must be a string";
	return json_string_length(value) == 0 ? "must not be empty" : NULL;
}

static const char *
scalar_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	if (json_is_number(value) || json_is_boolean(value))
		return NULL;
	return text_problem(op, rule, value);
}

static const char *
object_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	(void)op;
	(void)rule;
	return json_is_object(value) ? NULL : "must be an object";
}

static const char *
count_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	size_t n = json_array_size(value);

	if (!json_is_array(value))
		return "must be an array";
	if (rule->max == 0 || (n >= rule->min && n <= rule->max))
		return NULL;
	return arena_printf(op->arena, "must have %zu to %zu elements, this one has %zu", rule->min,
			    rule->max, n);
}

static const char *
never_problem(struct op *op, const struct rule *rule, const json_t *value)
{
	(void)op;
	(void)value;
	return rule->only;
}

/* What is wrong with a value that is there; NULL: nothing. */
static const char *(*const problems[])(struct op *op, const struct rule *rule,
				       const json_t *value) = {
	[RULE_TEXT] = text_problem,     [RULE_FLAG] = flag_problem,
	[RULE_NUMBER] = number_problem, [RULE_INTEGER] = integer_problem,
	[RULE_ID] = id_problem,         [RULE_SCALAR] = scalar_problem,
	[RULE_OBJECT] = object_problem, [RULE_LIST] = count_problem,
	[RULE_NEVER] = never_problem,
};

/* ---- objects ---- */

static enum rc check_object(const struct checking *c, const struct object_rules *rules,
			    const struct place *at, const json_t *object);

static enum rc
check_elements(const struct checking *c, const struct object_rules *rules, const struct place *list,
	       const json_t *array)
{
	struct place at = { list, NULL, 0 };

	for (; at.index < json_array_size(array); at.index++) {
		const json_t *element = json_array_get(array, at.index);

		if (!json_is_object(element))
			return rule_fault(c, &at, "must be an object");
		TRY(check_object(c, rules, &at, element));
	}
	return RC_OK;
}

/* The value of a member; NULL also when it is null. */
static const json_t *
member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_null(value) ? NULL : value;
}

static enum rc
check_member(const struct checking *c, const struct rule *rule, const struct place *above,
	     const json_t *object)
{
	const struct place at = { above, rule->name, 0 };
	const json_t *value = member(object, rule->name);
	const char *problem;

	if (value == NULL)
		return rule->needed ? rule_fault(c, &at, "is required") : RC_OK;
	problem = problems[rule->kind](c->op, rule, value);
	if (problem != NULL)
		return rule_fault(c, &at, problem);
	if (rule->kind == RULE_OBJECT)
		return check_object(c, rule->of, &at, value);
	if (rule->kind == RULE_LIST)
		return check_elements(c, rule->of, &at, value);
	return RC_OK;
}

static enum rc
check_choice(const struct checking *c, const struct object_rules *rules, const struct place *at,
	     const json_t *object)
{
	const char *const *names = rules->exactly_one ? rules->exactly_one : rules->at_least_one;
	size_t n = 0;

	if (names == NULL)
		return RC_OK;
	for (size_t i = 0; names[i] != NULL; i++)
		n += member(object, names[i]) != NULL;
	if (n == 1 || (n > 1 && rules->exactly_one == NULL))
		return RC_OK;
	return rule_fault(c, at,
			  arena_printf(c->op->arena, "must have %s of %s",
				       rules->exactly_one ? "exactly one" : "at least one",
				       enumerate(c->op, names, rules->exactly_one ? "and" : "or")));
}

/* The rules for an object of this type; NULL: none, or none that we know of. Meta does not tell
 * small letters from capitals in most of its words. */
static const struct object_rules *
find_variant(const struct variant *variants, const char *type)
{
	for (; variants != NULL && variants->type != NULL; variants++)
		if (type != NULL && text_equal_nocase(variants->type, type))
			return variants->rules;
	return NULL;
}

static enum rc
check_object(const struct checking *c, const struct object_rules *rules, const struct place *at,
	     const json_t *object)
{
	const struct object_rules *further;

	for (const struct rule *rule = rules->members; rule->kind != RULE_END; rule++)
		TRY(check_member(c, rule, at, object));
	TRY(check_choice(c, rules, at, object));
	if (rules->also != NULL)
		TRY(rules->also(c, at, object));
	further = find_variant(rules->variants, json_str(object, "type"));
	return further == NULL ? RC_OK : check_object(c, further, at, object);
}

enum rc
rule_total(const struct checking *c, const struct place *at, const json_t *object, const char *list,
	   const char *name, size_t max)
{
	const struct place place = { at, list, 0 };
	const json_t *array = json_object_get(object, list);
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(array); i++)
		n += json_array_size(json_object_get(json_array_get(array, i), name));
	if (n <= max)
		return RC_OK;
	return rule_fault(c, &place,
			  arena_printf(c->op->arena, "must have at most %zu %s in all, not %zu",
				       max, name, n));
}

/* ---- messages ---- */

const char *
message_type(const json_t *message)
{
	const json_t *type = member(message, "type");

	if (type != NULL)
		return json_string_value(type);
	for (const struct variant *v = message_types; v->type != NULL; v++)
		if (member(message, v->type) != NULL)
			return v->type;
	return "text";
}

bool
message_is_receipt(const json_t *message)
{
	return member(message, "status") != NULL && member(message, "type") == NULL &&
	       member(message, "text") == NULL;
}

static const char *
known_types(struct op *op)
{
	const char *names[32] = { NULL };
	size_t n = 0;

	for (const struct variant *v = message_types; v->type != NULL; v++) {
		expect(n + 1 < ARRAY_LEN(names));
		names[n++] = v->type;
	}
	return enumerate(op, names, "or");
}

enum rc
message_check(struct op *op, const json_t *message, struct message_fault *fault)
{
	const struct checking c = { op, fault };
	const struct place at = { NULL, "type", 0 };
	const char *type = message_type(message);

	if (message_is_receipt(message))
		return check_object(&c, &receipt_rules, NULL, message);
	TRY(check_object(&c, &message_rules, NULL, message));
	for (const struct variant *v = message_types; v->type != NULL; v++)
		if (text_equal(v->type, type))
			return check_object(&c, v->rules, NULL, message);
	return rule_fault(&c, &at, arena_printf(op->arena, "must be one of %s", known_types(op)));
}
