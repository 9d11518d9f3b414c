/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forms from JSON: one object whose members are the fields, with the types that the table
 * says. null is the same as absent. What is not JSON at all is 400; a wrong member is a field
 * error as in any form.
 */
#include "web/form_in.h"

static void
form_json_texts(struct web *web, const struct field *field, const json_t *value)
{
	struct texts values = { NULL, json_array_size(value) };

	values.items = arena_array(web->op->arena, values.n + 1, sizeof(char *));
	for (size_t i = 0; i < values.n; i++) {
		values.items[i] = json_string_value(json_array_get(value, i));
		if (values.items[i] == NULL) {
			form_complain(web, field->name, "must be a list of strings");
			return;
		}
	}
	form_put_texts(web, field, values);
}

static void
form_json_put(struct web *web, const struct field *field, const json_t *value)
{
	static const char *const musts[] = {
		[FIELD_TEXT] = "must be a string",
		[FIELD_INT] = "must be a whole number",
		[FIELD_BOOL] = "must be true or false",
		[FIELD_TEXTS] = "must be a list of strings",
	};

	if (field->kind == FIELD_TEXT && json_is_string(value))
		form_put_text(web, field, json_string_value(value));
	else if (field->kind == FIELD_INT && json_is_integer(value))
		form_put_int(web, field, json_integer_value(value));
	else if (field->kind == FIELD_BOOL && json_is_boolean(value))
		form_put_bool(web, field, json_is_true(value));
	else if (field->kind == FIELD_TEXTS && json_is_array(value))
		form_json_texts(web, field, value);
	else
		form_complain(web, field->name, musts[field->kind]);
}

static bool
form_json_knows(const struct form *form, const char *name)
{
	for (const struct field *field = form->fields; field->kind != FIELD_END; field++) {
		if (strcmp(field->name, name) == 0)
			return true;
	}
	return false;
}

enum rc
form_read_json(struct web *web, const struct form *form)
{
	json_t *root, *value;
	const char *name;

	web->status = 400;
	TRY(json_read(web->op, &root, web->body));
	if (!json_is_object(root))
		return op_refuse(web->op, RC_INPUT, "bad_request",
				 "The body must be a JSON object.");
	web->status = 0;
	for (const struct field *field = form->fields; field->kind != FIELD_END; field++) {
		value = json_object_get(root, field->name);
		if (value != NULL && !json_is_null(value))
			form_json_put(web, field, value);
		else if (field->need == NEEDED)
			form_complain(web, field->name, "is needed");
	}
	json_object_foreach(root, name, value)
	{
		if (!form_json_knows(form, name))
			form_complain(web, name, "is not known here");
	}
	return RC_OK;
}
