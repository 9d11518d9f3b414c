/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "web/web.h"

/*
 * What may come in: a table of fields with rules, filled into a typed struct. One table reads
 * urlencoded bodies, JSON objects and (for GET) the query. Unknown names in JSON are refused;
 * all field errors are collected.
 */
enum field_kind { FIELD_END, FIELD_TEXT, FIELD_INT, FIELD_BOOL, FIELD_TEXTS };

enum field_need { OPTIONAL, NEEDED };

/* NULL when the value passes, else the message for the person ("must be an https address").
 * A rule may replace *value by its canonical form. */
typedef const char *field_rule(struct op *op, const char **value);

struct field {
	const char *name;
	size_t offset;
	enum field_kind kind;
	enum field_need need;
	int64_t min, max; /* code points of a text, value of a number, count of texts */
	field_rule *rule; /* texts only; NULL: none */
};

/* Several values of one name (checkboxes, repeated inputs). */
struct texts {
	const char **items;
	size_t n;
};

#define FIELD_KIND_(s, m) \
	_Generic(((s *)0)->m, const char *: FIELD_TEXT, int64_t: FIELD_INT, bool: FIELD_BOOL, \
		 struct texts: FIELD_TEXTS)
#define FIELD(s, m, need, min, max, rule)                                   \
	{                                                                   \
#m, offsetof(s, m), FIELD_KIND_(s, m), need, min, max, rule \
	}
#define FIELDS_END                                       \
	{                                                \
		NULL, 0, FIELD_END, OPTIONAL, 0, 0, NULL \
	}

struct form {
	size_t size;
	const struct field *fields;
	/* For pages: shows the page again (status 422) with web->input filled with what came and
	 * web->field_errors set. NULL: the site's problem() answers, e.g. as JSON. */
	web_handler *again;
};

/* Fill web->input from the body, under GET from the query. RC_INPUT with web->field_errors when
 * fields fail (op->code is the first one's name), with web->status 400, 413 or 415 when what
 * came cannot be read at all. An empty text is put as "", one that did not come stays NULL. */
MUST_CHECK enum rc form_read(struct web *web, const struct form *form);

/* The message at a field, or NULL. */
const char *form_error(const struct web *web, const char *name);

#endif
