/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a name in a template stands for: a struct described by a shape, one of its members, or
 * a JSON value (the form of the specification's cases). Secret members cannot be seen.
 */
#include "web/template_in.h"

static const struct value MISSING = { .kind = VALUE_MISSING };

static struct value
value_of_member(const struct shape *m, const void *object)
{
	if (m->kind == SHAPE_OBJECT) {
		const void *inner = shape_object(m, object);

		return (struct value){ .kind = inner != NULL ? VALUE_STRUCT : VALUE_EMPTY,
				       .shape = m->of,
				       .object = inner };
	}
	return (struct value){ .kind = VALUE_MEMBER, .shape = m, .object = object };
}

static struct value
value_of_json(const json_t *json)
{
	return (struct value){ .kind = json != NULL ? VALUE_JSON : VALUE_MISSING, .json = json };
}

struct value
value_member(struct value v, const char *name)
{
	const struct shape *m;

	if (v.kind == VALUE_JSON)
		return value_of_json(json_object_get(v.json, name));
	if ((v.kind != VALUE_STRUCT && v.kind != VALUE_EMPTY) || v.shape == NULL)
		return MISSING;
	m = shape_find(v.shape, name);
	if (m == NULL || (m->flags & SHAPE_SECRET) != 0)
		return MISSING;
	if (v.kind == VALUE_EMPTY)
		return (struct value){ .kind = VALUE_EMPTY,
				       .shape = m->kind == SHAPE_OBJECT ? m->of : NULL };
	return value_of_member(m, v.object);
}

static bool
json_is_empty(const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_NULL:
	case JSON_FALSE:
		return true;
	case JSON_STRING:
		return json_string_length(json) == 0;
	case JSON_INTEGER:
		return json_integer_value(json) == 0;
	case JSON_ARRAY:
		return json_array_size(json) == 0;
	case JSON_REAL:
	case JSON_TRUE:
	case JSON_OBJECT:
		return false;
	}
	return false;
}

static bool
member_is_true(const struct shape *m, const void *object)
{
	switch (m->kind) {
	case SHAPE_TEXT:
	case SHAPE_JSON:
		return !text_empty(shape_text(m, object));
	case SHAPE_INT:
		return shape_int(m, object) != 0;
	case SHAPE_BOOL:
		return shape_bool(m, object);
	case SHAPE_TIME:
		return shape_time(m, object).ms != 0;
	case SHAPE_LIST:
		return shape_list(m, object)->n > 0;
	case SHAPE_OBJECT:
	case SHAPE_END_MARK:
		break;
	}
	return false;
}

bool
value_is_true(struct value v)
{
	switch (v.kind) {
	case VALUE_MISSING:
	case VALUE_EMPTY:
		return false;
	case VALUE_STRUCT:
		return true;
	case VALUE_MEMBER:
		return member_is_true(v.shape, v.object);
	case VALUE_JSON:
		return !json_is_empty(v.json);
	}
	return false;
}

bool
value_is_list(struct value v)
{
	return (v.kind == VALUE_MEMBER && v.shape->kind == SHAPE_LIST) ||
	       (v.kind == VALUE_JSON && json_is_array(v.json));
}

size_t
value_count(struct value v)
{
	return v.kind == VALUE_JSON ? json_array_size(v.json) : shape_list(v.shape, v.object)->n;
}

struct value
value_item(struct value v, size_t index)
{
	const struct list *list;

	if (v.kind == VALUE_JSON)
		return value_of_json(json_array_get(v.json, index));
	list = shape_list(v.shape, v.object);
	return (struct value){ .kind = VALUE_STRUCT,
			       .shape = v.shape->of,
			       .object = (const char *)list->rows + index * v.shape->size };
}

static void
print_escaped(struct buf *out, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const escapes[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };

	for (;;) {
		size_t plain = strcspn(text, special);

		buf_add(out, text, plain);
		text += plain;
		if (*text == '\0')
			return;
		buf_text(out, escapes[strchr(special, *text) - special]);
		text++;
	}
}

static bool
member_print(struct op *op, struct buf *out, const struct shape *m, const void *object)
{
	const char *text;

	switch (m->kind) {
	case SHAPE_TEXT:
	case SHAPE_JSON:
		text = shape_text(m, object);
		print_escaped(out, text != NULL ? text : "");
		return true;
	case SHAPE_INT:
		buf_printf(out, "%lld", (long long)shape_int(m, object));
		return true;
	case SHAPE_BOOL:
		buf_text(out, shape_bool(m, object) ? "true" : "false");
		return true;
	case SHAPE_TIME:
		buf_text(out, clock_rfc3339(op->arena, shape_time(m, object)));
		return true;
	default:
		return false;
	}
}

static bool
json_print(struct buf *out, const json_t *json)
{
	if (json_is_string(json))
		print_escaped(out, json_string_value(json));
	else if (json_is_integer(json))
		buf_printf(out, "%lld", (long long)json_integer_value(json));
	else if (json_is_real(json))
		buf_printf(out, "%.15g", json_real_value(json));
	else if (json_is_boolean(json))
		buf_text(out, json_is_true(json) ? "true" : "false");
	return !json_is_array(json) && !json_is_object(json);
}

bool
value_print(struct op *op, struct buf *out, struct value v)
{
	switch (v.kind) {
	case VALUE_MISSING:
	case VALUE_EMPTY:
		return true;
	case VALUE_STRUCT:
		return false;
	case VALUE_MEMBER:
		return member_print(op, out, v.shape, v.object);
	case VALUE_JSON:
		return json_print(out, v.json);
	}
	return false;
}
