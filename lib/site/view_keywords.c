/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_keywords - the page of the words of opt-out and opt-in
 *
 * One language at a time: what the account has added, the built-in words that are ordinary answers
 * too and may be switched off, and the others, which always count.
 */
#include "site/view_keywords.h"

#include "gateway/keywords.h"
#include "site/view_answers.h"

static const struct shape keyword_view_shape[] = {
	SHAPE(struct keyword_view, text),
	SHAPE(struct keyword_view, language),
	SHAPE(struct keyword_view, kind),
	SHAPE(struct keyword_view, kind_class),
	SHAPE(struct keyword_view, rule),
	SHAPE(struct keyword_view, by),
	SHAPE_SUB(struct keyword_view, changed, moment_shape),
	SHAPE(struct keyword_view, off),
	SHAPE_END,
};

#define WORDS(m) SHAPE_ROWS(struct keywords_page, m, struct keyword_view, keyword_view_shape)

const struct shape keywords_page_shape[] = {
	SHAPE(struct keywords_page, problem),
	SHAPE(struct keywords_page, language),
	SHAPE(struct keywords_page, name),
	SHAPE_SUB(struct keywords_page, text, field_view_shape),
	SHAPE_OPTIONS(struct keywords_page, languages),
	SHAPE_OPTIONS(struct keywords_page, kinds),
	SHAPE_OPTIONS(struct keywords_page, rules),
	WORDS(own),
	WORDS(answers),
	WORDS(words),
	WORDS(phrases),
	WORDS(endings),
	WORDS(starts),
	SHAPE(struct keywords_page, form_open),
	SHAPE(struct keywords_page, has_own),
	SHAPE(struct keywords_page, has_answers),
	SHAPE(struct keywords_page, has_endings),
	SHAPE_END,
};

enum { TEXT_MAX = 200 };

static const struct field keyword_fields[] = {
	FIELD(struct keyword_input, language, NEEDED, 1, 10, NULL),
	FIELD(struct keyword_input, kind, NEEDED, 1, 10, NULL),
	FIELD(struct keyword_input, rule, NEEDED, 1, 10, NULL),
	FIELD(struct keyword_input, text, NEEDED, 1, TEXT_MAX, NULL),
	FIELDS_END,
};

static const struct field switch_fields[] = {
	FIELD(struct keyword_switch_input, language, NEEDED, 1, 10, NULL),
	FIELD(struct keyword_switch_input, text, NEEDED, 1, TEXT_MAX, NULL),
	FIELD(struct keyword_switch_input, on, OPTIONAL, 0, 10, NULL),
	FIELDS_END,
};

static const struct option_view kinds[] = {
	{ .value = "stop", .label = "Stop: no more messages" },
	{ .value = "start", .label = "Start: messages again" },
};

static const struct option_view rules[] = {
	{ .value = "word", .label = "As the whole message" },
	{ .value = "phrase", .label = "Anywhere in a message" },
};

/* ---- the lists ---------------------------------------------------------------------------- */

static struct keyword_view
view_line(struct web *web, const struct names *names, const struct keyword_line *line)
{
	bool stop = text_equal(line->kind, "stop");

	return (struct keyword_view){
		.text = line->text,
		.language = line->language,
		.kind = stop ? "Stop" : "Start",
		.kind_class = stop ? "badge-warning" : "badge-good",
		.rule = text_equal(line->rule, "word") ? "The whole message" : "Anywhere",
		.by = names_actor(web, names, line->changed_by),
		.changed = view_moment(web, line->changed_at),
		.off = line->off,
	};
}

/* Where a line stands on the page. */
static struct list *
list_of(struct keywords_page *page, const struct keyword_line *line)
{
	if (!line->builtin)
		return &page->own;
	if (line->answer)
		return &page->answers;
	if (text_equal(line->kind, "start"))
		return &page->starts;
	if (text_equal(line->rule, "word"))
		return &page->words;
	return text_equal(line->rule, "phrase") ? &page->phrases : &page->endings;
}

static void
view_lists(struct web *web, struct keywords_page *page, const struct names *names,
	   const struct list *lines)
{
	struct list *all[] = { &page->own,     &page->answers, &page->words,
			       &page->phrases, &page->endings, &page->starts };
	const struct keyword_line *rows = lines->rows;

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		all[i]->rows =
			arena_array(web->op->arena, lines->n + 1, sizeof(struct keyword_view));
	for (size_t i = 0; i < lines->n; i++) {
		struct list *to = list_of(page, &rows[i]);
		struct keyword_view *views = (struct keyword_view *)to->rows;

		views[to->n++] = view_line(web, names, &rows[i]);
	}
	page->has_own = page->own.n > 0;
	page->has_answers = page->answers.n > 0;
	page->has_endings = page->endings.n > 0;
}

/* ---- the page ----------------------------------------------------------------------------- */

static enum rc
show(struct web *web, const char *language, const struct keyword_input *input)
{
	static const struct page page_of = KEYWORDS_PAGE;
	struct keywords_page page = { .language = language };
	struct names names;
	struct list lines;

	page.languages = view_languages(web, &page.language, &page.name);
	TRY(names_read(web, &names));
	TRY(gateway_list_keywords(web->op, &lines, page.language, false));
	view_lists(web, &page, &names, &lines);
	page.kinds = VIEW_OPTIONS(web->op, kinds, input == NULL ? NULL : input->kind);
	page.rules = VIEW_OPTIONS(web->op, rules, input == NULL ? NULL : input->rule);
	page.text = view_field(web, "text", input == NULL ? NULL : input->text);
	page.problem = view_error(web, "form");
	page.form_open = input != NULL;
	return web_page(web, 200, &page_of, &page);
}

enum rc
show_keywords(struct web *web)
{
	return show(web, view_filter(web, "language"), NULL);
}

/* The form of a new word again, with what was typed. */
static enum rc
show_again(struct web *web)
{
	const struct keyword_input *input = web->input;

	return show(web, input->language, input);
}

const struct form keyword_form = { sizeof(struct keyword_input), keyword_fields, show_again };
const struct form keyword_switch_form = { sizeof(struct keyword_switch_input), switch_fields,
					  NULL };

/* ---- changes ------------------------------------------------------------------------------ */

static enum rc
done(struct web *web, const char *language, const char *text, const char *what)
{
	struct arena *arena = web->op->arena;

	return site_done(web,
			 arena_printf(arena, "/suppressed-recipients/keywords?language=%s",
				      text_urlencode(arena, language)),
			 "good", arena_printf(arena, "“%s” %s", text, what));
}

enum rc
post_keyword(struct web *web)
{
	const struct keyword_input *input = web->input;
	const struct keyword_draft draft = { input->language, input->kind, input->rule,
					     input->text };
	struct keyword added = { 0 };
	enum rc rc = gateway_add_keyword(web->op, &added, &draft);

	if (rc != RC_OK)
		return site_again(web, rc, show_again);
	return done(web, added.language, added.text, "counts from now on.");
}

enum rc
post_keyword_remove(struct web *web)
{
	const struct keyword_switch_input *input = web->input;

	TRY(gateway_remove_keyword(web->op, input->language, input->text));
	return done(web, input->language, input->text, "is removed.");
}

enum rc
post_keyword_switch(struct web *web)
{
	const struct keyword_switch_input *input = web->input;
	bool on = text_equal(input->on, "yes");

	TRY(gateway_switch_keyword(web->op, input->language, input->text, on));
	return done(web, input->language, input->text,
		    on ? "counts again." : "does not count any more.");
}
