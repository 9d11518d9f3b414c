/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_answers - the page of what is answered to a stop and to a start
 *
 * The fields hold what is sent, own or built in; one that is emptied has the built-in text again.
 */
#include "site/view_answers.h"

#include "gateway/keywords.h"
#include "gateway/manage_instances.h"

const struct shape answers_page_shape[] = {
	SHAPE(struct answers_page, instance),
	SHAPE(struct answers_page, language),
	SHAPE(struct answers_page, name),
	SHAPE(struct answers_page, problem),
	SHAPE_SUB(struct answers_page, stop, field_view_shape),
	SHAPE_SUB(struct answers_page, start, field_view_shape),
	SHAPE_OPTIONS(struct answers_page, instances),
	SHAPE_OPTIONS(struct answers_page, languages),
	SHAPE(struct answers_page, answering),
	SHAPE(struct answers_page, own_stop),
	SHAPE(struct answers_page, own_start),
	SHAPE(struct answers_page, has_instances),
	SHAPE_END,
};

static const struct field answers_fields[] = {
	FIELD(struct answers_input, instance, NEEDED, 1, 60, NULL),
	FIELD(struct answers_input, language, NEEDED, 1, 10, NULL),
	FIELD(struct answers_input, answering, OPTIONAL, 0, 10, NULL),
	FIELD(struct answers_input, stop, OPTIONAL, 0, CONFIRMATION_MAX_POINTS, NULL),
	FIELD(struct answers_input, start, OPTIONAL, 0, CONFIRMATION_MAX_POINTS, NULL),
	FIELDS_END,
};

struct list
view_languages(struct web *web, const char **language, const char **name)
{
	struct option_view options[40];
	size_t n = 0;

	if (!optout_has_language(*language))
		*language = optout_languages[0].code;
	for (const struct optout_language *l = optout_languages; l->code != NULL; l++) {
		expect(n < ARRAY_LEN(options));
		options[n++] = (struct option_view){ .value = l->code, .label = l->name };
		if (text_equal(l->code, *language))
			*name = l->name;
	}
	return view_options(web->op, options, n, *language);
}

/* The instance that was asked for, else the newest; has_instances says whether there is one. */
static enum rc
find_instance(struct web *web, struct answers_page *page, struct instance *out, const char *ref)
{
	const struct instance *rows;
	struct names names;

	TRY(names_read(web, &names));
	rows = names.instances.rows;
	page->has_instances = names.instances.n > 0;
	if (!page->has_instances)
		return RC_OK;
	if (text_empty(ref))
		ref = rows[0].id;
	TRY(gateway_find_instance(web->op, out, ref));
	page->instance = out->id;
	page->answering = out->confirms_choices;
	page->instances = names_options(web, &names, NULL, out->id);
	return RC_OK;
}

static enum rc
view_texts(struct web *web, struct answers_page *page, const struct instance *instance,
	   const struct answers_input *input)
{
	const struct confirmation_view *rows;
	struct list texts;

	TRY(gateway_list_confirmations(web->op, &texts, instance));
	rows = texts.rows;
	for (size_t i = 0; i < texts.n; i++) {
		if (!text_equal(rows[i].language, page->language))
			continue;
		page->own_stop = rows[i].own_stop;
		page->own_start = rows[i].own_start;
		page->stop = view_field(web, "stop", input == NULL ? rows[i].stop : input->stop);
		page->start =
			view_field(web, "start", input == NULL ? rows[i].start : input->start);
	}
	return RC_OK;
}

static enum rc
show(struct web *web, const char *ref, const char *language, const struct answers_input *input)
{
	static const struct page page_of = ANSWERS_PAGE;
	struct answers_page page = { .language = language };
	struct instance instance = { 0 };

	page.languages = view_languages(web, &page.language, &page.name);
	page.problem = view_error(web, "form");
	TRY(find_instance(web, &page, &instance, ref));
	if (page.has_instances)
		TRY(view_texts(web, &page, &instance, input));
	if (input != NULL)
		page.answering = !text_empty(input->answering);
	return web_page(web, 200, &page_of, &page);
}

enum rc
show_answers(struct web *web)
{
	return show(web, view_filter(web, "instance"), view_filter(web, "language"), NULL);
}

static enum rc
show_again(struct web *web)
{
	const struct answers_input *input = web->input;

	return show(web, input->instance, input->language, input);
}

const struct form answers_form = { sizeof(struct answers_input), answers_fields, show_again };

static enum rc
save(struct web *web, const struct instance *instance, const struct answers_input *input)
{
	const struct confirmation_change change = {
		.language = input->language,
		.stop = input->stop,
		.start = input->start,
	};
	bool answering = !text_empty(input->answering);

	TRY(gateway_set_confirmation(web->op, instance, &change));
	if (answering == instance->confirms_choices)
		return RC_OK;
	return gateway_switch_confirmations(web->op, instance, answering);
}

enum rc
post_answers(struct web *web)
{
	const struct answers_input *input = web->input;
	struct arena *arena = web->op->arena;
	struct instance instance = { 0 };
	enum rc rc;

	TRY(gateway_find_instance(web->op, &instance, input->instance));
	rc = save(web, &instance, input);
	if (rc != RC_OK)
		return site_again(web, rc, show_again);
	return site_done(web,
			 arena_printf(arena,
				      "/suppressed-recipients/answers?instance=%s&language=%s",
				      text_urlencode(arena, instance.id),
				      text_urlencode(arena, input->language)),
			 "good", "Saved.");
}
