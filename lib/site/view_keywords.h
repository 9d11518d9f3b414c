/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_KEYWORDS_H
#define SITE_VIEW_KEYWORDS_H

#include "site/view_names.h"

/* The page of the words of opt-out and opt-in, one language at a time. */

/* What its forms send: a new word; one that is removed or switched. */
struct keyword_input {
	const char *language, *kind, *rule, *text;
};
struct keyword_switch_input {
	const char *language, *text, *on;
};
extern const struct form keyword_form, keyword_switch_form;

struct keyword_view {
	const char *text, *language, *kind, *kind_class, *rule, *by;
	const struct moment *changed;
	bool off;
};

/* What templates/keywords.html may use. The lists but own and answers hold built-in entries that
 * always count. */
struct keywords_page {
	const char *problem, *language, *name;
	const struct field_view *text;
	struct list languages, kinds, rules;
	struct list own, answers, words, phrases, endings, starts;
	bool form_open, has_own, has_answers, has_endings;
};
extern const struct shape keywords_page_shape[];
#define KEYWORDS_PAGE                                                              \
	{                                                                          \
		"keywords.html", keywords_page_shape, sizeof(struct keywords_page) \
	}

MUST_CHECK enum rc show_keywords(struct web *web);
MUST_CHECK enum rc post_keyword(struct web *web);
MUST_CHECK enum rc post_keyword_remove(struct web *web);
MUST_CHECK enum rc post_keyword_switch(struct web *web);

#endif
