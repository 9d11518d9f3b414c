/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON trees on jansson: members in, members out, nouns by their shape.
 *
 * A tree is owned by the arena of its op from the moment it exists; a reference that is
 * put into another tree belongs to that tree. Reading documents is json_read.c's, cutting
 * them without reading is json_span.c's, making text of them json_out.c's.
 */
#include "core/json.h"

#include "core/json_read.h"

static void
release(void *tree)
{
	json_decref(tree);
}

json_t *
json_own(struct op *op, json_t *value)
{
	expect(value);
	arena_defer(op->arena, release, value);
	return value;
}

json_t *
json_new(struct op *op)
{
	return json_own(op, json_object());
}

json_t *
json_new_array(struct op *op)
{
	return json_own(op, json_array());
}

const char *
json_str(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

int64_t
json_int(const json_t *object, const char *name, int64_t absent)
{
	const json_t *value = json_object_get(object, name);

	return json_is_integer(value) ? json_integer_value(value) : absent;
}

bool
json_flag(const json_t *object, const char *name, bool absent)
{
	const json_t *value = json_object_get(object, name);

	return json_is_boolean(value) ? json_is_true(value) : absent;
}

/* One step of a path: a member of an object, an element of an array, or nothing. */
static const json_t *
step(const json_t *value, const char *name, size_t n)
{
	char digits[8];
	int64_t index;

	if (json_is_object(value))
		return json_object_getn(value, name, n);
	if (!json_is_array(value) || n >= sizeof(digits))
		return NULL;
	memcpy(digits, name, n);
	digits[n] = '\0';
	return text_int(digits, 0, INT32_MAX, &index) ? json_array_get(value, (size_t)index) : NULL;
}

const json_t *
json_at(const json_t *value, const char *path)
{
	while (value && *path) {
		size_t n = strcspn(path, ".");

		value = step(value, path, n);
		path += n + (path[n] == '.');
	}
	return value;
}

const char *
json_number_text(struct op *op, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	if (json_is_integer(value))
		return arena_printf(op->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return json_string_value(value);
}

/* Takes the reference. Only a text that is not UTF-8 can fail, and none gets this far. */
static void
put(json_t *object, const char *name, json_t *value)
{
	expect(json_object_set_new(object, name, value) == 0);
}

static json_t *
text_value(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *
time_value(struct op *op, struct instant t)
{
	return t.ms == 0 ? json_null() : json_string(clock_rfc3339_ms(op->arena, t));
}

static json_t *
embedded(const char *json)
{
	json_t *value = text_empty(json) ? json_null() : json_parse_stored(json);

	return value ? value : json_string(json);
}

void
json_put(json_t *object, const char *name, const char *text)
{
	put(object, name, text_value(text));
}

void
json_put_int(json_t *object, const char *name, int64_t value)
{
	put(object, name, json_integer(value));
}

void
json_put_bool(json_t *object, const char *name, bool value)
{
	put(object, name, json_boolean(value));
}

void
json_put_time(struct op *op, json_t *object, const char *name, struct instant t)
{
	put(object, name, time_value(op, t));
}

void
json_put_json(json_t *object, const char *name, const char *json)
{
	put(object, name, embedded(json));
}

static json_t *object_value(struct op *op, const struct shape *shape, const void *object);

static json_t *
list_value(struct op *op, const struct shape *shape, size_t size, const struct list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++) {
		const void *row = (const char *)list->rows + i * size;

		expect(json_array_append_new(array, object_value(op, shape, row)) == 0);
	}
	return array;
}

static json_t *
member_value(struct op *op, const struct shape *m, const void *object)
{
	switch (m->kind) {
	case SHAPE_TEXT:
		return text_value(shape_text(m, object));
	case SHAPE_JSON:
		return embedded(shape_text(m, object));
	case SHAPE_INT:
		return json_integer(shape_int(m, object));
	case SHAPE_BOOL:
		return json_boolean(shape_bool(m, object));
	case SHAPE_TIME:
		return time_value(op, shape_time(m, object));
	case SHAPE_LIST:
		return list_value(op, m->of, m->size, shape_list(m, object));
	case SHAPE_OBJECT:
		return object_value(op, m->of, shape_object(m, object));
	case SHAPE_END_MARK:
		break;
	}
	bug("a shape's member %s has no kind", m->name);
}

static json_t *
object_value(struct op *op, const struct shape *shape, const void *object)
{
	json_t *value;

	if (!object)
		return json_null();
	value = json_object();
	for (const struct shape *m = shape; m->kind != SHAPE_END_MARK; m++) {
		if (!(m->flags & SHAPE_SECRET))
			put(value, m->name, member_value(op, m, object));
	}
	return value;
}

json_t *
json_of(struct op *op, const struct shape *shape, const void *object)
{
	return json_own(op, object_value(op, shape, object));
}

json_t *
json_of_list(struct op *op, const struct shape *shape, size_t size, const struct list *list)
{
	return json_own(op, list_value(op, shape, size, list));
}
