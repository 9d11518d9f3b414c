/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template_slots - which values a message template asks for, and the template with them in it
 *
 * For people who send one by hand: texts in the header and the body are filled in. What needs a
 * file, a place or the end of a link is left to programs.
 */
#include "domain/template_slots.h"

static bool
is_of(const json_t *component, const char *type)
{
	return text_equal_nocase(json_str(component, "type"), type);
}

static bool
has_slot(const struct template_slots *slots, bool in_header, const char *name)
{
	for (size_t i = 0; i < slots->n; i++)
		if (slots->rows[i].in_header == in_header && text_equal(slots->rows[i].name, name))
			return true;
	return false;
}

/* Each {{name}} of a text once. */
static void
find_slots(struct op *op, struct template_slots *out, const char *text, bool in_header)
{
	const char *from = text, *end;

	while (from != NULL && (from = strstr(from, "{{")) != NULL &&
	       (end = strstr(from, "}}")) != NULL) {
		const char *name = text_trim(
			op->arena, arena_dupn(op->arena, from + 2, (size_t)(end - from) - 2));

		from = end + 2;
		if (has_slot(out, in_header, name))
			continue;
		if (out->n == TEMPLATE_SLOTS_MAX) {
			out->obstacle = "It asks for more values than this form has room for.";
			return;
		}
		out->rows[out->n++] = (struct template_slot){ name, in_header };
	}
}

static void
read_header(struct op *op, struct template_slots *out, const json_t *header)
{
	const char *format = json_str(header, "format");

	if (!text_equal_nocase(format, "TEXT")) {
		out->obstacle = "Its header needs a file or a place.";
		return;
	}
	out->header = json_str(header, "text");
	find_slots(op, out, out->header, true);
}

static void
read_buttons(struct template_slots *out, const json_t *component)
{
	const json_t *button;
	size_t i;

	json_array_foreach(json_object_get(component, "buttons"), i, button)
	{
		const char *url = json_str(button, "url"), *type = json_str(button, "type");

		if ((url != NULL && strstr(url, "{{") != NULL) ||
		    text_list_has("COPY_CODE,OTP,FLOW,CATALOG,MPM", type))
			out->obstacle = "Its buttons need values of their own.";
	}
}

void
template_slots_read(struct op *op, struct template_slots *out, const struct wa_template *t)
{
	const json_t *component;
	json_t *components;
	size_t i;

	*out = (struct template_slots){ .n = 0 };
	if (t->components == NULL ||
	    json_read_loose(op, &components, bytes_of(t->components)) != RC_OK) {
		op_forgive(op);
		out->obstacle = "Its text is not known yet.";
		return;
	}
	json_array_foreach(components, i, component)
	{
		if (is_of(component, "HEADER")) {
			read_header(op, out, component);
		} else if (is_of(component, "BODY")) {
			out->body = json_str(component, "text");
			find_slots(op, out, out->body, false);
		} else if (is_of(component, "FOOTER")) {
			out->footer = json_str(component, "text");
		} else if (is_of(component, "BUTTONS")) {
			read_buttons(out, component);
		} else {
			out->obstacle = "It has parts that this form does not know.";
		}
	}
}

/* Positional values are called 1, 2, 3. */
static bool
is_positional(const char *name)
{
	return name[strspn(name, "0123456789")] == '\0';
}

static void
append(json_t *array, json_t *value)
{
	expect(json_array_append(array, value) == 0);
}

static void
put(json_t *object, const char *name, json_t *value)
{
	expect(json_object_set(object, name, value) == 0);
}

/* The component with the values of its slots, where it has any. */
static void
fill_part(struct op *op, json_t *components, const struct template_slots *slots,
	  const char *const *values, bool header)
{
	json_t *component = json_new(op), *parameters = json_new_array(op);

	for (size_t i = 0; i < slots->n; i++) {
		json_t *parameter = json_new(op);

		if (slots->rows[i].in_header != header)
			continue;
		json_put(parameter, "type", "text");
		if (!is_positional(slots->rows[i].name))
			json_put(parameter, "parameter_name", slots->rows[i].name);
		json_put(parameter, "text", values[i]);
		append(parameters, parameter);
	}
	if (json_array_size(parameters) == 0)
		return;
	json_put(component, "type", header ? "header" : "body");
	put(component, "parameters", parameters);
	append(components, component);
}

json_t *
template_slots_fill(struct op *op, const struct wa_template *t, const struct template_slots *slots,
		    const char *const *values)
{
	json_t *object = json_new(op), *language = json_new(op), *components = json_new_array(op);

	json_put(language, "code", t->language);
	json_put(object, "name", t->name);
	put(object, "language", language);
	fill_part(op, components, slots, values, true);
	fill_part(op, components, slots, values, false);
	if (json_array_size(components) > 0)
		put(object, "components", components);
	return object;
}
