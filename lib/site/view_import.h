/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_IMPORT_H
#define SITE_VIEW_IMPORT_H

#include "site/view_names.h"

/* Suppressions from and into a file: the page on which one is pasted, looked through and then
 * written, and the export. */

struct import_input {
	const char *csv, *go; /* go: "yes" writes what was looked through */
};
extern const struct form import_form;

struct import_row_view {
	const char *line, *phone, *reason, *note, *error;
};

/* What templates/suppressions-import.html may use; rows only after it was looked through. */
struct import_page {
	const char *problem, *count, *good, *wrong;
	const struct field_view *csv;
	struct list rows;
	bool looked, has_good, has_wrong, cut;
};
extern const struct shape import_page_shape[];
#define IMPORT_PAGE                                                                       \
	{                                                                                 \
		"suppressions-import.html", import_page_shape, sizeof(struct import_page) \
	}

MUST_CHECK enum rc show_import(struct web *web);
MUST_CHECK enum rc post_import(struct web *web);
MUST_CHECK enum rc export_suppressions(struct web *web);

#endif
