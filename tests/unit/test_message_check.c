/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every rule of every table is tried in a message made from the tables themselves: each JSON type
 * it must refuse, absence, null, its limits on both sides in characters of one to four bytes. So a
 * rule without a test cannot exist. What no table can say has tests of its own, and Meta's own
 * samples must pass.
 */
#include "domain/message_check_rules.h"

#include <dirent.h>

#include "op_fixture.h"

/* ---- messages made from the tables ---- */

static unsigned salt;

static json_t *sample_object(const struct object_rules *rules, const char *type);

static json_t *
sample_text(const struct rule *rule)
{
	const char *word = arena_printf(op->arena, "s%u", salt++);

	if (rule->only != NULL)
		word = arena_dupn(op->arena, rule->only, strcspn(rule->only, ","));
	return json_string(word);
}

static json_t *
sample_list(const struct rule *rule, size_t n, const char *type)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, sample_object(rule->of, i == 0 ? type : NULL));
	return list;
}

static json_t *
sample_value(const struct rule *rule, const char *type)
{
	switch (rule->kind) {
	case RULE_TEXT:
	case RULE_ID:
	case RULE_SCALAR:
		return sample_text(rule);
	case RULE_FLAG:
		return json_true();
	case RULE_NUMBER:
		return json_real(1.5);
	case RULE_INTEGER:
		return json_integer((json_int_t)rule->min);
	case RULE_OBJECT:
		return sample_object(rule->of, type);
	case RULE_LIST:
		return sample_list(rule, rule->min > 0 ? rule->min : 1, type);
	case RULE_NEVER:
	case RULE_END:
		break;
	}
	fail_msg("no sample for %s", rule->name);
	return NULL;
}

static const struct rule *
find_rule(const struct object_rules *rules, const char *name)
{
	for (const struct rule *rule = rules->members; rule->kind != RULE_END; rule++)
		if (text_equal(rule->name, name))
			return rule;
	fail_msg("no rule for %s", name);
	return NULL;
}

static void
fill_choice(json_t *object, const struct object_rules *rules)
{
	const char *const *names = rules->exactly_one ? rules->exactly_one : rules->at_least_one;

	if (names != NULL && json_object_get(object, names[0]) == NULL)
		json_object_set_new(object, names[0],
				    sample_value(find_rule(rules, names[0]), NULL));
}

/* All that is needed, of the type or of the first of the variants. */
static void
fill(json_t *object, const struct object_rules *rules, const char *type)
{
	for (const struct rule *rule = rules->members; rule->kind != RULE_END; rule++)
		if (rule->needed)
			json_object_set_new(object, rule->name, sample_value(rule, NULL));
	fill_choice(object, rules);
	for (const struct variant *v = rules->variants; v != NULL && v->type != NULL; v++) {
		if (type != NULL && !text_equal(type, v->type))
			continue;
		json_object_set_new(object, "type", json_string(v->type));
		fill(object, v->rules, NULL);
		return;
	}
}

static json_t *
sample_object(const struct object_rules *rules, const char *type)
{
	json_t *object = json_object();

	fill(object, rules, type);
	return object;
}

/* Where a rule stands: the way from the message down to the object that it is about. */
struct step {
	const struct step *above;          /* NULL: the message itself */
	const struct object_rules *holder; /* of the member that leads here */
	const struct rule *rule;           /* that member; NULL for the message */
	const struct object_rules *rules;  /* of the object reached */
	const char *type;                  /* the variant it shall be */
};

/* A member that excludes others replaces them. */
static void
put_member(json_t *object, const struct object_rules *holder, const char *name, json_t *value)
{
	const char *const *names = holder->exactly_one;
	bool chosen = false;

	for (size_t i = 0; names != NULL && names[i] != NULL; i++)
		chosen |= text_equal(names[i], name);
	for (size_t i = 0; chosen && names[i] != NULL; i++)
		json_object_del(object, names[i]);
	json_object_set_new(object, name, value);
}

/* A good message in which the object of this step stands; *object is that one. */
static json_t *
build(const struct step *step, json_t **object)
{
	json_t *root, *holder, *value;

	if (step->above == NULL) {
		root = json_own(op, sample_object(step->rules, NULL));
		for (const struct variant *v = message_types; step->type && v->type != NULL; v++)
			if (text_equal(v->type, step->type))
				fill(root, v->rules, NULL);
		if (step->type != NULL)
			json_object_set_new(root, "type", json_string(step->type));
		*object = root;
		return root;
	}
	root = build(step->above, &holder);
	value = sample_value(step->rule, step->type);
	put_member(holder, step->holder, step->rule->name, value);
	*object = json_is_array(value) ? json_array_get(value, 0) : value;
	return root;
}

static const char *
path_of(const struct step *step)
{
	const char *above;

	if (step->above == NULL)
		return "";
	above = path_of(step->above);
	return arena_printf(op->arena, "%s%s%s%s", above, above[0] == '\0' ? "" : ".",
			    step->rule->name, step->rule->kind == RULE_LIST ? "[0]" : "");
}

/* ---- what is said of them ---- */

static const char *
verdict(const json_t *message)
{
	struct message_fault fault = { NULL, NULL };

	if (message_check(op, message, &fault) == RC_OK)
		return "";
	return arena_printf(op->arena, "%s %s", fault.field, fault.reason);
}

static size_t tried;

/* The rule's member with this value (taken) gives "<path> <reason>", or passes with "". */
static void
expect_of(const struct step *at, const struct object_rules *holder, const struct rule *rule,
	  json_t *value, const char *below, const char *reason)
{
	const char *path = path_of(at), *wanted = "", *said;
	json_t *object, *root = build(at, &object);

	if (value == NULL)
		json_object_del(object, rule->name);
	else
		put_member(object, holder, rule->name, value);
	if (reason[0] != '\0')
		wanted = arena_printf(op->arena, "%s%s%s%s %s", path, path[0] == '\0' ? "" : ".",
				      rule->name, below, reason);
	said = verdict(root);
	if (!text_equal(said, wanted))
		fail_msg("[%s] instead of [%s]: %s", said, wanted, json_text(op, root));
	tried++;
}

#define EXPECT(value, reason) expect_of(at, holder, rule, value, "", reason)

/* ---- trying a rule ---- */

static const char *
number_range(const struct rule *rule)
{
	if (rule->max == 0)
		return "must be a whole number";
	return arena_printf(op->arena, "must be a whole number from %zu to %zu", rule->min,
			    rule->max);
}

/* Which JSON types a kind takes: o object, a array, s text, i integer, r real, t true. */
static const char *
accepted_by(const struct rule *rule, const char **reason)
{
	switch (rule->kind) {
	case RULE_TEXT:
		*reason = "must be a string";
		return "s";
	case RULE_FLAG:
		*reason = "must be true or false";
		return "t";
	case RULE_NUMBER:
		*reason = "must be a number";
		return "ir";
	case RULE_INTEGER:
		*reason = number_range(rule);
		return "i";
	case RULE_ID:
		*reason = "must be a string";
		return "si";
	case RULE_SCALAR:
		*reason = "must be a string";
		return "sirt";
	case RULE_OBJECT:
		*reason = "must be an object";
		return "o";
	case RULE_LIST:
		*reason = "must be an array";
		return "a";
	default: /* RULE_NEVER: of other types the object's own rule may speak first */
		*reason = rule->only;
		return "asirt";
	}
}

static json_t *
value_of_type(char type)
{
	switch (type) {
	case 'o':
		return json_object();
	case 'a':
		return json_array();
	case 's':
		return json_string("x");
	case 'i':
		return json_integer(7);
	case 'r':
		return json_real(1.5);
	default:
		return json_true();
	}
}

static void
try_types(const struct step *at, const struct object_rules *holder, const struct rule *rule)
{
	const char *reason, *good = accepted_by(rule, &reason);

	for (const char *type = "oasirt"; *type != '\0'; type++)
		if (strchr(good, *type) == NULL)
			EXPECT(value_of_type(*type), reason);
}

static bool
is_choice(const struct object_rules *holder, const char *name)
{
	const char *const *names = holder->exactly_one ? holder->exactly_one : holder->at_least_one;

	for (size_t i = 0; names != NULL && names[i] != NULL; i++)
		if (text_equal(names[i], name))
			return true;
	return false;
}

static void
try_absence(const struct step *at, const struct object_rules *holder, const struct rule *rule)
{
	bool makes_it_a_receipt = holder == &receipt_rules && text_equal(rule->name, "status");

	if (is_choice(holder, rule->name) || makes_it_a_receipt)
		return;
	EXPECT(NULL, rule->needed ? "is required" : "");
	EXPECT(json_null(), rule->needed ? "is required" : "");
}

/* n code points of 1 to 4 bytes: a letter, a combining mark, a sign, a face. */
static json_t *
text_of(size_t n, const char *character)
{
	struct buf out;

	buf_init(&out, op->arena, (size_t)1 << 20);
	buf_text(&out, "");
	for (size_t i = 0; i < n; i++)
		buf_text(&out, character);
	return json_string(buf_str(&out));
}

static const char *const characters[] = { "w", "\xd9\x90", "\xe2\x82\xac", "\xf0\x9f\x98\x80" };

static void
try_words(const struct step *at, const struct object_rules *holder, const struct rule *rule)
{
	const char **words;
	size_t n;

	words = text_split(op->arena, rule->only, ',', &n);
	for (size_t i = 0; i < n; i++)
		EXPECT(json_string(words[i]), "");
	EXPECT(json_string("other"),
	       n == 1 ? arena_printf(op->arena, "must be \"%s\"", words[0])
		      : arena_printf(op->arena, "must be \"%s\" or \"%s\"", words[0], words[1]));
}

static void
try_lengths(const struct step *at, const struct object_rules *holder, const struct rule *rule)
{
	const char *many =
		arena_printf(op->arena, "must have at most %zu characters, this one has %zu",
			     rule->max, rule->max + 1);

	EXPECT(json_string(""), rule->min > 0 ? "must not be empty" : "");
	if (rule->only != NULL) {
		try_words(at, holder, rule);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(characters); i++) {
		EXPECT(text_of(rule->max == 0 ? 40000 : rule->max, characters[i]), "");
		if (rule->max != 0)
			EXPECT(text_of(rule->max + 1, characters[i]), many);
	}
}

static void
try_integers(const struct step *at, const struct object_rules *holder, const struct rule *rule)
{
	json_int_t max = rule->max == 0 ? INT64_MAX : (json_int_t)rule->max;

	EXPECT(json_integer(max), "");
	EXPECT(json_integer(0), "");
	EXPECT(json_string("0"), "");
	EXPECT(json_string(""), number_range(rule));
	EXPECT(json_string("1.5"), number_range(rule));
	EXPECT(json_integer(-1), rule->max == 0 ? "" : number_range(rule));
	if (rule->max != 0)
		EXPECT(json_integer(max + 1), number_range(rule));
}

/* Elements with all their texts, as a message with several needs them. */
static json_t *
full_list(const struct rule *rule, size_t n)
{
	json_t *list = sample_list(rule, n, NULL);

	for (const struct rule *r = rule->of->members; r->kind != RULE_END; r++)
		for (size_t i = 0; i < n && r->kind == RULE_TEXT && !r->needed && !r->only; i++)
			if (!is_choice(rule->of, r->name))
				json_object_set_new(json_array_get(list, i), r->name,
						    sample_text(r));
	return list;
}

static const char *
count_is(const struct rule *rule, size_t n)
{
	return arena_printf(op->arena, "must have %zu to %zu elements, this one has %zu", rule->min,
			    rule->max, n);
}

static void
try_counts(const struct step *at, const struct object_rules *holder, const struct rule *rule)
{
	json_t *odd = full_list(rule, rule->min > 0 ? rule->min : 1);

	json_array_set_new(odd, 0, json_string("x"));
	expect_of(at, holder, rule, odd, "[0]", "must be an object");
	if (rule->min > 0 && rule->max > 0)
		EXPECT(full_list(rule, rule->min - 1), count_is(rule, rule->min - 1));
	if (rule->min == 0)
		EXPECT(json_array(), "");
	EXPECT(full_list(rule, rule->max == 0 ? 40 : rule->max), "");
	if (rule->max > 0)
		EXPECT(full_list(rule, rule->max + 1), count_is(rule, rule->max + 1));
}

static void
try_numbers(const struct step *at, const struct object_rules *holder, const struct rule *rule)
{
	EXPECT(json_string("-122.42"), "");
	EXPECT(json_string(""), "must be a number");
	EXPECT(json_string("1O"), "must be a number");
	EXPECT(json_integer(12), "");
}

static void walk(struct step *at, const struct object_rules *rules);

static bool
is_above(const struct step *at, const struct object_rules *rules)
{
	for (; at != NULL; at = at->above)
		if (at->rules == rules)
			return true;
	return false;
}

/* In an op of its own: long texts add up. */
static void
try_value(const struct step *at, const struct object_rules *holder, const struct rule *rule)
{
	struct op *outer = op;

	op = op_begin("test");
	try_types(at, holder, rule);
	try_absence(at, holder, rule);
	if (rule->kind == RULE_TEXT || rule->kind == RULE_SCALAR)
		try_lengths(at, holder, rule);
	else if (rule->kind == RULE_INTEGER)
		try_integers(at, holder, rule);
	else if (rule->kind == RULE_NUMBER)
		try_numbers(at, holder, rule);
	else if (rule->kind == RULE_ID)
		EXPECT(json_string(""), "must not be empty");
	else if (rule->kind == RULE_LIST)
		try_counts(at, holder, rule);
	op_end(op);
	op = outer;
}

static void
try_rule(const struct step *at, const struct object_rules *holder, const struct rule *rule)
{
	struct step below = { at, holder, rule, rule->of, NULL };

	try_value(at, holder, rule);
	if (rule->of != NULL && !is_above(at, rule->of))
		walk(&below, rule->of);
}

static void
try_choice(const struct step *at, const struct object_rules *rules)
{
	const char *const *names = rules->exactly_one ? rules->exactly_one : rules->at_least_one;
	json_t *object, *root = build(at, &object);
	const char *wanted =
		arena_printf(op->arena, "%s must have %s of %s", path_of(at),
			     rules->exactly_one ? "exactly one" : "at least one", names[0]);

	for (size_t i = 0; names[i] != NULL; i++)
		json_object_del(object, names[i]);
	assert_true(text_starts(verdict(root), wanted));
	for (size_t i = 0; names[i] != NULL; i++)
		json_object_set_new(object, names[i],
				    sample_value(find_rule(rules, names[i]), NULL));
	if (rules->exactly_one != NULL)
		assert_true(text_starts(verdict(root), wanted));
	else
		assert_string_equal(verdict(root), "");
}

/* All rules of the object at the end of the way, which takes the form of each variant in turn. */
static void
walk(struct step *at, const struct object_rules *rules)
{
	for (const struct rule *rule = rules->members; rule->kind != RULE_END; rule++)
		if (rules != &message_rules || !text_equal(rule->name, "type"))
			try_rule(at, rules, rule);
	if (rules->exactly_one != NULL || rules->at_least_one != NULL)
		try_choice(at, rules);
	for (const struct variant *v = rules->variants; v != NULL && v->type != NULL; v++) {
		at->type = v->type;
		walk(at, v->rules);
	}
}

static void
every_rule_of_every_type_holds(void **state)
{
	struct step receipt = { NULL, NULL, NULL, &receipt_rules, NULL };

	(void)state;
	for (const struct variant *v = message_types; v->type != NULL; v++) {
		struct step message = { NULL, NULL, NULL, &message_rules, v->type };

		walk(&message, v->rules);
	}
	walk(&receipt, &receipt_rules);
	assert_true(tried > 4000);
}

static void
what_all_messages_share_holds(void **state)
{
	struct step message = { NULL, NULL, NULL, &message_rules, "text" };

	(void)state;
	walk(&message, &message_rules);
}

/* ---- what no table can say ---- */

/* JSON with ' for ". */
static json_t *
tree(const char *text)
{
	char *copy = arena_dup(op->arena, text);
	json_t *root = NULL;

	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	if (json_read(op, &root, bytes_of(copy)) != RC_OK)
		fail_msg("%s: %s", copy, op->why);
	return root;
}

/* An interactive message of this kind with these members besides. */
static const char *
said_of(const char *kind, const char *members)
{
	return verdict(tree(arena_printf(op->arena,
					 "{'messaging_product':'whatsapp','type':'interactive',"
					 "'interactive':{'type':'%s','body':{'text':'b'},%s}}",
					 kind, members)));
}

static void
what_makes_a_message_is_told(void **state)
{
	static const struct {
		const char *json, *verdict;
	} cases[] = {
		{ "{'messaging_product':'whatsapp','text':{'body':'a'}}", "" },
		{ "{'messaging_product':'whatsapp','type':null,'text':{'body':'a'}}", "" },
		{ "{'messaging_product':'whatsapp','type':'text','news':[1],'status':'x',"
		  "'text':{'body':'a','preview_url':true,'more':0}}",
		  "" },
		{ "{'messaging_product':'whatsapp','recipient_type':null,'context':null,"
		  "'text':{'body':'a','preview_url':null}}",
		  "" },
		{ "{'messaging_product':'whatsapp','image':{'id':'1'}}", "" },
		{ "{'messaging_product':'whatsapp','image':{}}",
		  "image must have exactly one of id and link" },
		{ "{'text':{'body':'a'}}", "messaging_product is required" },
		{ "{'messaging_product':'sms'}", "messaging_product must be \"whatsapp\"" },
		{ "{'messaging_product':'whatsapp','recipient_type':'channel'}",
		  "recipient_type must be \"individual\" or \"group\"" },
		{ "{'messaging_product':'whatsapp'}", "text is required" },
		{ "{'messaging_product':'whatsapp','type':[]}", "type must be a string" },
		{ "{'messaging_product':'whatsapp','type':'img'}",
		  "type must be one of text, image, video, audio, document, sticker, location, "
		  "contacts, reaction, template or interactive" },
		{ "{'messaging_product':'whatsapp','type':'Text','text':{'body':'a'}}",
		  "type must be one of text, image, video, audio, document, sticker, location, "
		  "contacts, reaction, template or interactive" },
		{ "{'messaging_product':'whatsapp','type':'image','image':{}}",
		  "image must have exactly one of id and link" },
		{ "{'messaging_product':'whatsapp','type':'image','image':{'id':1,'link':null}}",
		  "" },
		{ "{'messaging_product':'whatsapp','type':'contacts','contacts':[{'name':"
		  "{'formatted_name':'A'}}]}",
		  "contacts[0].name must have at least one of first_name, last_name, middle_name, "
		  "suffix or prefix" },
		{ "{'messaging_product':'whatsapp','type':'reaction',"
		  "'reaction':{'message_id':'wamid.1','emoji':''}}",
		  "" },
		{ "{'messaging_product':'whatsapp','status':'read','message_id':'wamid.1'}", "" },
		{ "{'messaging_product':'whatsapp','status':'read','message_id':'wamid.1',"
		  "'typing_indicator':{'type':'text'}}",
		  "" },
		{ "{'messaging_product':'whatsapp','status':'seen','message_id':'wamid.1'}",
		  "status must be \"read\"" },
		{ "{'messaging_product':'whatsapp','status':'read'}", "message_id is required" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(verdict(tree(cases[i].json)), cases[i].verdict);
	assert_null(message_type(tree("{'type':1}")));
	assert_string_equal(message_type(tree("{'image':{},'text':{}}")), "text");
	assert_string_equal(message_type(tree("{'image':{},'text':null}")), "image");
	assert_true(message_is_receipt(tree("{'status':'read'}")));
	assert_false(message_is_receipt(tree("{'status':'read','type':'text'}")));
	assert_false(message_is_receipt(tree("{'status':null}")));
}

/* Only what is newer than the tables passes: what is said of it is checked. */
static void
what_is_newer_passes(void **state)
{
	(void)state;
	assert_string_equal(said_of("hologram", "'action':7"), "");
	assert_string_equal(said_of("button", "'header':{'type':'hologram'},'action':{'buttons':"
					      "[{'type':'hologram'}]}"),
			    "");
	assert_string_equal(said_of("BUTTON", "'action':{}"),
			    "interactive.action.buttons is required");
	assert_string_equal(verdict(tree("{'messaging_product':'whatsapp','type':'template',"
					 "'template':{'name':'n','language':{'code':'c'},"
					 "'components':[{'type':'hologram','parameters':"
					 "[{'type':'hologram'}]}]}}")),
			    "");
	assert_string_equal(verdict(tree("{'messaging_product':'whatsapp','type':'template',"
					 "'template':{'name':'n','language':{'code':'c'},"
					 "'components':[{'type':'BODY','parameters':"
					 "[{'type':'text'}]}]}}")),
			    "template.components[0].parameters[0].text is required");
}

static void
buttons_differ(void **state)
{
	(void)state;
	assert_string_equal(said_of("button", "'action':{'buttons':["
					      "{'type':'reply','reply':{'id':'1','title':'Yes'}},"
					      "{'type':'reply','reply':{'id':'2','title':'No'}}]}"),
			    "");
	assert_string_equal(
		said_of("button", "'action':{'buttons':["
				  "{'type':'reply','reply':{'id':'1','title':'Yes'}},"
				  "{'type':'reply','reply':{'id':'1','title':'No'}}]}"),
		"interactive.action.buttons[1].reply.id must differ from those before it");
	assert_string_equal(
		said_of("button", "'action':{'buttons':["
				  "{'type':'reply','reply':{'id':'1','title':'Yes'}},"
				  "{'type':'reply','reply':{'id':'2','title':'No'}},"
				  "{'type':'reply','reply':{'id':'3','title':'Yes'}}]}"),
		"interactive.action.buttons[2].reply.title must differ from those before it");
}

/* n rows, the first of them with the number first. */
static const char *
rows(size_t first, size_t n)
{
	struct buf out;

	buf_init(&out, op->arena, 1 << 16);
	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s{'id':'r%zu','title':'t'}", i == 0 ? "" : ",", first + i);
	return buf_str(&out);
}

static const char *
said_of_list(const char *sections)
{
	return said_of("list", arena_printf(op->arena, "'action':{'button':'b','sections':[%s]}",
					    sections));
}

static void
lists_hold_ten_rows(void **state)
{
	const char *six = rows(0, 6), *four = rows(6, 4), *five = rows(6, 5);

	(void)state;
	assert_string_equal(said_of_list(arena_printf(op->arena, "{'rows':[%s]}", rows(0, 10))),
			    "");
	assert_string_equal(
		said_of_list(arena_printf(op->arena,
					  "{'title':'a','rows':[%s]},{'title':'b','rows':[%s]}",
					  six, four)),
		"");
	assert_string_equal(
		said_of_list(arena_printf(op->arena,
					  "{'title':'a','rows':[%s]},{'title':'b','rows':[%s]}",
					  six, five)),
		"interactive.action.sections must have at most 10 rows in all, not 11");
	assert_string_equal(
		said_of_list(arena_printf(op->arena,
					  "{'title':'a','rows':[%s]},{'title':'b','rows':[%s]}",
					  four, rows(9, 2))),
		"interactive.action.sections[1].rows[0].id must differ from those before it");
	assert_string_equal(
		said_of_list(arena_printf(op->arena, "{'title':'a','rows':[%s]},{'rows':[%s]}", six,
					  four)),
		"interactive.action.sections[1].title is required where there are several "
		"sections");
	assert_string_equal(
		said_of_list("{'rows':[{'id':'1','title':'a'},{'id':'2','title':'b'},"
			     "{'id':'3','title':'c'},"
			     "{'id':'4','title':'1234567890123456789012345678901'}]}"),
		"interactive.action.sections[0].rows[3].title must have at most 24 characters, "
		"this one has 31");
}

static const char *
products(size_t n)
{
	struct buf out;

	buf_init(&out, op->arena, 1 << 16);
	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s{'product_retailer_id':'p'}", i == 0 ? "" : ",");
	return buf_str(&out);
}

static const char *
said_of_shelves(size_t first, size_t second, const char *title)
{
	return said_of("product_list", arena_printf(op->arena,
						    "'header':{'type':'text','text':'h'},'action':{"
						    "'catalog_id':'c','sections':["
						    "{'title':'a','product_items':[%s]},"
						    "{%s'product_items':[%s]}]}",
						    products(first), title, products(second)));
}

static void
shelves_hold_thirty_products(void **state)
{
	(void)state;
	assert_string_equal(said_of_shelves(15, 15, "'title':'b',"), "");
	assert_string_equal(said_of_shelves(15, 16, "'title':'b',"),
			    "interactive.action.sections must have at most 30 product_items in "
			    "all, not 31");
	assert_string_equal(said_of_shelves(1, 1, ""),
			    "interactive.action.sections[1].title is required where there are "
			    "several sections");
}

static const char *
said_of_cards(const char *text)
{
	static const char card[] = "{'card_index':%d,'type':'cta_url','header':{'type':'image',"
				   "'image':{'id':'1'}},'body':{'text':'%s'},'action':{'name':"
				   "'cta_url','parameters':{'display_text':'d','url':'u'}}}";
	struct buf out;

	buf_init(&out, op->arena, 1 << 16);
	buf_printf(&out, card, 0, "one");
	buf_char(&out, ',');
	buf_printf(&out, card, 1, text);
	return said_of("carousel",
		       arena_printf(op->arena, "'action':{'cards':[%s]}", buf_str(&out)));
}

static void
cards_are_low(void **state)
{
	(void)state;
	assert_string_equal(said_of_cards("a\\nb\\nc"), "");
	assert_string_equal(said_of_cards("a\\nb\\nc\\n"),
			    "interactive.action.cards[1].body.text must have at most 2 line "
			    "breaks, this one has 3");
}

/* ---- Meta's own samples, where they are at hand ---- */

static void
samples_of_meta_pass(void **state)
{
	static const char folder[] = "../shared/meta/requests";
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	(void)state;
	if (dir == NULL)
		skip();
	while ((entry = readdir(dir)) != NULL) {
		json_t *root;

		if (!text_ends(entry->d_name, ".json"))
			continue;
		assert_int_equal(json_read(op, &root, file_read(folder, entry->d_name)), RC_OK);
		if (verdict(root)[0] != '\0')
			fail_msg("%s: %s", entry->d_name, verdict(root));
		n++;
	}
	closedir(dir);
	assert_true(n > 30);
}

/* ---- what a person reads ---- */

static void
the_words_of_a_message_are_found(void **state)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
		{ "{'text':{'body':'Hi \xc3\xa4'}}", "Hi \xc3\xa4" },
		{ "{'type':'image','image':{'id':'1','caption':'c'},'text':{'body':'no'}}", "c" },
		{ "{'type':'audio','audio':{'id':'1'}}", "" },
		{ "{'type':'interactive','interactive':{'type':'button','header':{'type':'text',"
		  "'text':'h'},'body':{'text':'b'},'footer':{'text':'f'},'action':{'buttons':["
		  "{'reply':{'id':'1','title':'Yes'}},{'reply':{'id':'2','title':'No'}}]}}}",
		  "h b f Yes No" },
		{ "{'type':'interactive','interactive':{'type':'list','body':{'text':'b'},"
		  "'action':{'button':'x','sections':[{'title':'s','rows':[{'title':'r',"
		  "'description':'d'},{'title':'q'}]}]}}}",
		  "b x s r q d" },
		{ "{'type':'interactive','interactive':{'type':'cta_url','body':{'text':'b'},"
		  "'action':{'parameters':{'display_text':'Go','url':'https://x.example'}}}}",
		  "b Go https://x.example" },
		{ "{'type':'template','template':{'components':["
		  "{'type':'header','parameters':[{'type':'text','text':'no'}]},"
		  "{'type':'BODY','parameters':[{'type':'text','text':'one'},{'type':'currency',"
		  "'currency':{'fallback_value':'$2'}},{'type':'text','text':''},"
		  "{'type':'text','text':3}]},"
		  "{'type':'button','parameters':[{'type':'text','text':'no'}]},"
		  "{'type':'carousel','cards':[{'components':[{'type':'body','parameters':"
		  "[{'type':'text','text':'card'}]}]}]}]}}",
		  "one $2 card" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(message_text(op, tree(cases[i].json)), cases[i].text);
}

static void
words_are_cut_between_characters(void **state)
{
	json_t *message = tree("{'text':{}}");
	const char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(characters); i++) {
		size_t width = strlen(characters[i]);
		json_t *body = text_of(MESSAGE_WORDS_MAX, characters[i]);

		json_object_set_new(json_object_get(message, "text"), "body", body);
		text = message_text(op, message);
		assert_true(text_is_utf8(bytes_of(text)));
		assert_int_equal(strlen(text), MESSAGE_WORDS_MAX / width * width);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)
	const struct CMUnitTest tests[] = {
		TEST(every_rule_of_every_type_holds),
		TEST(what_all_messages_share_holds),
		TEST(what_makes_a_message_is_told),
		TEST(what_is_newer_passes),
		TEST(buttons_differ),
		TEST(lists_hold_ten_rows),
		TEST(shelves_hold_thirty_products),
		TEST(cards_are_low),
		TEST(samples_of_meta_pass),
		TEST(the_words_of_a_message_are_found),
		TEST(words_are_cut_between_characters),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
