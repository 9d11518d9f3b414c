/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forms: a table of fields decides what may come in, and a typed struct is what the handler
 * gets. All fields are looked at before anything is refused, so that a person corrects once.
 * A name that is not in the table is ignored in a browser's form (csrf_token, buttons) and
 * refused in JSON, where it is a programmer's slip that must not stay silent.
 */
#include "web/form_in.h"

void
form_complain(struct web *web, const char *name, const char *message)
{
	size_t n = web->field_error_count;

	if (n == ARRAY_LEN(web->field_errors) || form_error(web, name) != NULL)
		return;
	web->field_errors[n].name = arena_dup(web->op->arena, name);
	web->field_errors[n].message = arena_dup(web->op->arena, message);
	web->field_error_count = n + 1;
}

const char *
form_error(const struct web *web, const char *name)
{
	for (size_t i = 0; i < web->field_error_count; i++) {
		if (strcmp(web->field_errors[i].name, name) == 0)
			return web->field_errors[i].message;
	}
	return NULL;
}

static void *
form_member(const struct web *web, const struct field *field)
{
	return (char *)web->input + field->offset;
}

/* The field's rule on one text; true when it passes, *value perhaps made canonical. */
static bool
form_rule_passes(struct web *web, const struct field *field, const char **value)
{
	const char *message = field->rule != NULL ? field->rule(web->op, value) : NULL;

	if (message != NULL)
		form_complain(web, field->name, message);
	return message == NULL;
}

static void
form_complain_count(struct web *web, const struct field *field, const char *least_or_most,
		    int64_t n, const char *what)
{
	form_complain(web, field->name,
		      arena_printf(web->op->arena, "must have at %s %lld %s%s", least_or_most,
				   (long long)n, what, n == 1 ? "" : "s"));
}

void
form_put_text(struct web *web, const struct field *field, const char *value)
{
	const char **member = form_member(web, field);
	int64_t points = (int64_t)text_points(value);

	*member = value;
	if (points == 0) {
		if (field->need == NEEDED)
			form_complain(web, field->name, "is needed");
		return;
	}
	if (points < field->min)
		form_complain_count(web, field, "least", field->min, "character");
	else if (points > field->max)
		form_complain_count(web, field, "most", field->max, "character");
	else if (form_rule_passes(web, field, &value))
		*member = value;
}

void
form_put_int(struct web *web, const struct field *field, int64_t value)
{
	int64_t *member = form_member(web, field);

	if (value < field->min || value > field->max)
		form_complain(web, field->name,
			      arena_printf(web->op->arena, "must be from %lld to %lld",
					   (long long)field->min, (long long)field->max));
	*member = value;
}

void
form_put_bool(struct web *web, const struct field *field, bool value)
{
	bool *member = form_member(web, field);

	*member = value;
}

void
form_put_texts(struct web *web, const struct field *field, struct texts values)
{
	struct texts *member = form_member(web, field);
	bool pass = true;

	if ((int64_t)values.n < field->min)
		form_complain_count(web, field, "least", field->min, "value");
	if ((int64_t)values.n > field->max)
		form_complain_count(web, field, "most", field->max, "value");
	for (size_t i = 0; pass && i < values.n; i++)
		pass = form_rule_passes(web, field, &values.items[i]);
	*member = values;
}

/* A checkbox sends "on" or its value attribute, or nothing. */
static void
form_put_bool_text(struct web *web, const struct field *field, const char *value)
{
	static const char *const words[] = {
		"", "0", "false", "off", "no", "on", "1", "true", "yes"
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (text_equal_nocase(value, words[i])) {
			form_put_bool(web, field, i >= 5);
			return;
		}
	}
	form_complain(web, field->name, "must be true or false");
}

static void
form_put_int_text(struct web *web, const struct field *field, const char *value)
{
	int64_t number;

	value = text_trim(web->op->arena, value);
	if (*value == '\0' && field->need == NEEDED)
		form_complain(web, field->name, "is needed");
	else if (*value != '\0' && text_int(value, INT64_MIN, INT64_MAX, &number))
		form_put_int(web, field, number);
	else if (*value != '\0')
		form_complain(web, field->name, "must be a whole number");
}

static void
form_put_one(struct web *web, const struct field *field, struct texts values)
{
	const char *value = values.n > 0 ? values.items[values.n - 1] : NULL;

	if (value == NULL) {
		if (field->need == NEEDED)
			form_complain(web, field->name, "is needed");
	} else if (field->kind == FIELD_BOOL) {
		/* The last one counts: a hidden "0" before a checkbox is a common pattern. */
		form_put_bool_text(web, field, value);
	} else if (values.n > 1) {
		form_complain(web, field->name, "came more than once");
	} else if (field->kind == FIELD_INT) {
		form_put_int_text(web, field, value);
	} else {
		form_put_text(web, field, value);
	}
}

void
form_read_pairs(struct web *web, const struct form *form, const struct web_header *pairs,
		size_t count)
{
	for (const struct field *field = form->fields; field->kind != FIELD_END; field++) {
		struct texts values = { arena_array(web->op->arena, count + 1, sizeof(char *)), 0 };

		for (size_t i = 0; i < count; i++) {
			if (strcmp(pairs[i].name, field->name) == 0)
				values.items[values.n++] = pairs[i].value;
		}
		if (field->kind != FIELD_TEXTS)
			form_put_one(web, field, values);
		else if (values.n > 0 || field->need == NEEDED)
			form_put_texts(web, field, values);
	}
}

static enum rc
form_read_source(struct web *web, const struct form *form)
{
	struct web_header *pairs;
	size_t count;
	struct bytes text;

	if (strcmp(web->method, "GET") == 0) {
		text = bytes_of(web->query);
	} else {
		TRY(web_body(web, &text,
			     web->route->max_body != 0 ? web->route->max_body : WEB_BODY_MAX));
		if (text_equal(web->content_type, "application/json"))
			return form_read_json(web, form);
		if (text.n > 0 &&
		    !text_equal(web->content_type, "application/x-www-form-urlencoded")) {
			web->status = 415;
			return op_refuse(web->op, RC_INPUT, "unsupported_media_type",
					 "Send application/json or "
					 "application/x-www-form-urlencoded.");
		}
	}
	web->status = 400;
	TRY(request_pairs(web->op, &pairs, &count, text));
	web->status = 0;
	form_read_pairs(web, form, pairs, count);
	return RC_OK;
}

enum rc
form_read(struct web *web, const struct form *form)
{
	web->input = arena_alloc(web->op->arena, form->size);
	TRY(form_read_source(web, form));
	if (web->field_error_count == 0)
		return RC_OK;
	return op_refuse(web->op, RC_INPUT, web->field_errors[0].name, "%s %s.",
			 web->field_errors[0].name, web->field_errors[0].message);
}
