/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_ANSWERS_H
#define SITE_VIEW_ANSWERS_H

#include "site/view_names.h"

/* The page of what is answered to a stop and to a start: one instance, one language. */

/* What its form sends; an unchecked box does not come. */
struct answers_input {
	const char *instance, *language, *answering, *stop, *start;
};
extern const struct form answers_form;

/* What templates/answers.html may use. */
struct answers_page {
	const char *instance, *language, *name, *problem;
	const struct field_view *stop, *start;
	struct list instances, languages;
	bool answering, own_stop, own_start, has_instances;
};
extern const struct shape answers_page_shape[];
#define ANSWERS_PAGE                                                            \
	{                                                                       \
		"answers.html", answers_page_shape, sizeof(struct answers_page) \
	}

/* The languages to choose from; *language becomes the first where it is none of them, *name is what
 * people call it. */
struct list view_languages(struct web *web, const char **language, const char **name);

MUST_CHECK enum rc show_answers(struct web *web);
MUST_CHECK enum rc post_answers(struct web *web);

#endif
