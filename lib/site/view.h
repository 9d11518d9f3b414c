/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_H
#define SITE_VIEW_H

#include "site/site.h"

/*
 * Nouns as people read them. Templates print texts only: what is a time, a number, a state or a
 * choice becomes words here. Everything lives in the request's arena.
 */

/* A time in the account's zone, the UTC instant for hovering, and how long ago. */
struct moment {
	const char *text, *utc, *ago;
};
extern const struct shape moment_shape[];
/* NULL for the instant 0. */
const struct moment *view_moment(struct web *web, struct instant t);

/* A form's field as it came, and what is wrong with it. */
struct field_view {
	const char *value, *error;
};
extern const struct shape field_view_shape[];
const struct field_view *view_field(const struct web *web, const char *name, const char *value);
/* The message at a field as a sentence, or NULL. */
const char *view_error(const struct web *web, const char *name);

/* One of several values to choose from. */
struct option_view {
	const char *value, *label, *help;
	bool selected;
};
extern const struct shape option_view_shape[];
#define SHAPE_OPTIONS(s, m) SHAPE_ROWS(s, m, struct option_view, option_view_shape)
/* The options in which selected is chosen (NULL: the first). */
struct list
view_options(struct op *op, const struct option_view *options, size_t n, const char *selected);
/* The same with any number of them chosen. */
struct list view_choices(struct op *op, const struct option_view *options, size_t n,
			 const struct texts *selected);
#define VIEW_OPTIONS(op, table, selected) view_options(op, table, ARRAY_LEN(table), selected)
#define VIEW_CHOICES(op, table, selected) view_choices(op, table, ARRAY_LEN(table), selected)
/* The label of a value; the value itself when it has none. */
const char *view_label(const struct option_view *options, size_t n, const char *value);

/* "12,345"; "+966500000001" from digits or from what the provider writes, a user id as it is;
 * "67 %" of a whole, NULL of nothing. */
const char *view_number(struct op *op, int64_t n);
const char *view_phone(struct op *op, const char *recipient);
const char *view_percent(struct op *op, int64_t part, int64_t whole);

/* Below a list: how much of it is shown and where the rest is. */
struct pager {
	const char *count, *first_url, *next_url;
};
extern const struct shape pager_shape[];
/* noun and nouns: "key", "keys". Filters stay in the addresses.. */
const struct pager *view_pager(struct web *web, size_t rows, const char *noun, const char *nouns,
			       const char *next_cursor);

/* A value of the query, "" when absent. */
const char *view_filter(struct web *web, const char *name);

/* JSON text with line breaks and indentation; as it is when it is none. */
const char *view_json(struct op *op, const char *json);

/* A curl line that sends through the guarded API; key and instance as given. */
const char *view_curl(struct op *op, const char *key, const char *instance);
/* The same through the proxy API, with Meta's own body. */
const char *view_curl_proxy(struct op *op, const char *key);

#endif
