/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_keys_page - the page of API keys: list, form, and the one time a key is shown
 *
 * The whole key is in the page that answers the POST which made it, or which asked for it once more
 * with the password, and nowhere else.
 */
#include "site/view_keys_page.h"

#include "gateway/manage_instances.h"
#include "site/view_sample.h"

/* The gateway knows narrower bounds. */
enum { LIMIT_MAX = 1000000000 };

const struct field key_fields[] = {
	FIELD(struct key_input, name, NEEDED, 1, 60, NULL),
	FIELD(struct key_input, environment, OPTIONAL, 0, 20, NULL),
	FIELD(struct key_input, instance, OPTIONAL, 0, 100, NULL),
	FIELD(struct key_input, expires, OPTIONAL, 0, 40, NULL),
	FIELD(struct key_input, scopes, OPTIONAL, 0, 10, NULL),
	FIELD(struct key_input, cidrs, OPTIONAL, 0, 2500, NULL),
	FIELD(struct key_input, per_second, OPTIONAL, 1, LIMIT_MAX, NULL),
	FIELD(struct key_input, per_minute, OPTIONAL, 1, LIMIT_MAX, NULL),
	FIELD(struct key_input, per_day, OPTIONAL, 1, LIMIT_MAX, NULL),
	FIELD(struct key_input, in_flight, OPTIONAL, 1, LIMIT_MAX, NULL),
	FIELDS_END,
};

const struct field reveal_fields[] = {
	FIELD(struct reveal_input, password, NEEDED, 1, 200, NULL),
	FIELDS_END,
};

static const struct shape fresh_key_shape[] = {
	SHAPE(struct fresh_key, name), SHAPE(struct fresh_key, plain),
	SHAPE(struct fresh_key, curl), SHAPE(struct fresh_key, simulated),
	SHAPE(struct fresh_key, kept), SHAPE_END,
};

const struct shape keys_page_shape[] = {
	SHAPE_SUB(struct keys_page, fresh, fresh_key_shape),
	SHAPE_SUB(struct keys_page, name, field_view_shape),
	SHAPE_SUB(struct keys_page, expires, field_view_shape),
	SHAPE_SUB(struct keys_page, cidrs, field_view_shape),
	SHAPE_SUB(struct keys_page, per_second, field_view_shape),
	SHAPE_SUB(struct keys_page, per_minute, field_view_shape),
	SHAPE_SUB(struct keys_page, per_day, field_view_shape),
	SHAPE_SUB(struct keys_page, in_flight, field_view_shape),
	SHAPE(struct keys_page, scope_error),
	SHAPE(struct keys_page, problem),
	SHAPE_OPTIONS(struct keys_page, environments),
	SHAPE_OPTIONS(struct keys_page, choices),
	SHAPE_OPTIONS(struct keys_page, scopes),
	SHAPE_ROWS(struct keys_page, keys, struct key_view, key_view_shape),
	SHAPE_SUB(struct keys_page, pager, pager_shape),
	SHAPE(struct keys_page, form_open),
	SHAPE(struct keys_page, more_open),
	SHAPE(struct keys_page, has_keys),
	SHAPE_END,
};

static const struct option_view environments[] = {
	{ .value = "production", .label = "Production: reaches real phones" },
	{ .value = "sandbox", .label = "Sandbox: everything is simulated" },
};

static const struct option_view scopes[] = {
	{ .value = "send", .label = "Send messages" },
	{ .value = "read", .label = "Read messages, events and instances" },
	{ .value = "suppress", .label = "Change suppressed recipients" },
	{ .value = "configure", .label = "Configure webhooks and templates" },
};

static const char *usual_scopes[] = { "send", "read" };

static const char *
filled(const char *value)
{
	return text_empty(value) ? NULL : value;
}

enum rc
key_draft_read(struct web *web, struct key_draft *out, const struct key_input *input)
{
	struct key_draft draft = {
		.name = input->name,
		.environment = text_empty(input->environment) ? "production" : input->environment,
		.instance = filled(input->instance),
		/* Our form always has the member: who leaves it out gets the usual scopes. None
		 * chosen is "", which the gateway refuses in its words. */
		.scopes = input->scopes.n == 0 ? NULL
					       : text_join(web->op->arena, input->scopes.items,
							   input->scopes.n, ","),
		.cidrs = filled(input->cidrs),
		.per_second = input->per_second,
		.per_minute = input->per_minute,
		.per_day = input->per_day,
		.in_flight = input->in_flight,
	};

	if (!text_empty(input->expires) && !clock_parse(input->expires, &draft.expires))
		return op_refuse(web->op, RC_INPUT, "expires", "This is not a date.");
	*out = draft;
	return RC_OK;
}

/* A number as it was typed; an empty field for none. */
static const struct field_view *
view_limit(const struct web *web, const char *name, int64_t value)
{
	return view_field(web, name,
			  value == 0 ? NULL
				     : arena_printf(web->op->arena, "%lld", (long long)value));
}

/* Shows what somebody has filled in, and what is wrong with it. */
static void
view_more(struct web *web, struct keys_page *page, const struct key_input *shown)
{
	page->expires = view_field(web, "expires", shown->expires);
	page->cidrs = view_field(web, "cidrs", shown->cidrs);
	page->per_second = view_limit(web, "per_second", shown->per_second);
	page->per_minute = view_limit(web, "per_minute", shown->per_minute);
	page->per_day = view_limit(web, "per_day", shown->per_day);
	page->in_flight = view_limit(web, "in_flight", shown->in_flight);
	page->more_open =
		!text_empty(shown->expires) || !text_empty(shown->cidrs) ||
		shown->per_second + shown->per_minute + shown->per_day + shown->in_flight != 0;
	for (size_t i = 0; i < web->field_error_count; i++)
		page->more_open |= !text_equal(web->field_errors[i].name, "name") &&
				   !text_equal(web->field_errors[i].name, "scopes");
}

static void
view_form(struct web *web, struct keys_page *page, const struct names *names,
	  const struct key_input *input)
{
	static const struct key_input empty = { .name = NULL };
	const struct texts usual = { usual_scopes, ARRAY_LEN(usual_scopes) };
	const struct key_input *shown = input != NULL ? input : &empty;

	page->name = view_field(web, "name", shown->name);
	view_more(web, page, shown);
	page->scope_error = view_error(web, "scopes");
	page->environments = VIEW_OPTIONS(web->op, environments, shown->environment);
	page->choices = names_options(web, names, "All instances", shown->instance);
	page->scopes = VIEW_CHOICES(web->op, scopes, shown->scopes.n > 0 ? &shown->scopes : &usual);
	page->form_open = input != NULL;
}

enum rc
view_keys_page(struct web *web, struct keys_page *page, const struct key_input *input)
{
	struct op *op = web->op;
	struct page_query query = { .cursor = NULL };
	struct names names;
	struct list keys;
	const char *next;

	if (input == NULL)
		TRY(site_page_query(web, &query, NULL));
	TRY(names_read(web, &names));
	TRY(gateway_list_keys(op, &keys, &next, query));
	view_form(web, page, &names, input);
	page->problem = view_error(web, "password");
	if (page->problem == NULL)
		page->problem = view_error(web, "form");
	page->keys = view_keys(web, &names, &keys);
	page->has_keys = keys.n > 0;
	page->form_open = page->form_open || keys.n == 0;
	page->pager = view_pager(web, keys.n, "key", "keys", next);
	return RC_OK;
}

enum rc
view_fresh_key(struct web *web, struct keys_page *page, const struct api_key *key,
	       const char *plain)
{
	struct op *op = web->op;
	struct fresh_key *fresh = arena_alloc(op->arena, sizeof(*fresh));
	struct instance bound = { 0 };
	struct sample sample;

	TRY(sample_read(web, &sample));
	if (key->instance_id != NULL) {
		TRY(gateway_find_instance(op, &bound, key->instance_id));
		sample.instance = bound.slug;
	}
	fresh->name = key->name;
	fresh->plain = plain;
	fresh->curl = view_curl(op, plain, sample.instance);
	fresh->kept = key_is_kept(op, key);
	fresh->simulated = text_equal(key->environment, "sandbox");
	page->fresh = fresh;
	return RC_OK;
}
