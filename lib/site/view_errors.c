/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_errors - the error reference: every code of every dialect, when it comes and what to do
 *
 * Made from the tables that the answers are made from, so that there is no code that it does not
 * have. Refusals that share a code in a dialect are its cases.
 */
#include "site/view_errors.h"

#include "site/error_help.h"

struct error_case {
	const char *when, *what, *again;
};

struct error_code {
	const char *code, *group;
	int64_t status;
	struct list cases;
};

struct error_dialect {
	const char *id, *title, *lead, *sample;
	struct list codes;
};

static const struct shape case_shape[] = {
	SHAPE(struct error_case, when),
	SHAPE(struct error_case, what),
	SHAPE(struct error_case, again),
	SHAPE_END,
};

static const struct shape code_shape[] = {
	SHAPE(struct error_code, code),
	SHAPE(struct error_code, group),
	SHAPE(struct error_code, status),
	SHAPE_ROWS(struct error_code, cases, struct error_case, case_shape),
	SHAPE_END,
};

static const struct shape dialect_shape[] = {
	SHAPE(struct error_dialect, id),
	SHAPE(struct error_dialect, title),
	SHAPE(struct error_dialect, lead),
	SHAPE(struct error_dialect, sample),
	SHAPE_ROWS(struct error_dialect, codes, struct error_code, code_shape),
	SHAPE_END,
};

const struct shape errors_page_shape[] = {
	SHAPE_ROWS(struct errors_page, dialects, struct error_dialect, dialect_shape),
	SHAPE_END,
};

static const struct {
	enum dialect dialect;
	const char *id, *title, *lead, *sample;
} dialects[] = {
	{ DIALECT_GUARDED, "guarded", "Guarded API", "The word is in error; details say more.",
	  "{\"success\":false,\"error\":\"recipient_suppressed\",\"message\":\"…\",\"details\":{}"
	  "}" },
	{ DIALECT_PROXY, "proxy", "Proxy API",
	  "The code is in errors.code; errors.params say more.",
	  "{\"isSuccess\":false,\"errors\":{\"code\":\"GW_003\",\"group\":\"FORBIDDEN\","
	  "\"description\":\"…\",\"params\":{}}}" },
	{ DIALECT_GRAPH, "graph", "Graph API",
	  "The number is in error.code, as Meta has it. What WhatsApp itself refuses comes with "
	  "its "
	  "own status and body, unchanged.",
	  "{\"error\":{\"message\":\"(#131050) …\",\"type\":\"OAuthException\",\"code\":131050,"
	  "\"error_data\":{\"messaging_product\":\"whatsapp\",\"details\":\"…\"},"
	  "\"fbtrace_id\":\"req_…\"}}" },
};

static struct error_case
case_of(const struct error_help *help)
{
	return (struct error_case){ help->when, help->what, error_again_text(help->again) };
}

/* The refusals of that code, from the first of them on. */
static struct list
cases_of(struct op *op, enum dialect dialect, enum refusal first, const char *code)
{
	struct error_case *cases = arena_array(op->arena, REFUSAL__MAX, sizeof(*cases));
	size_t n = 0;

	for (enum refusal r = first; r < REFUSAL__MAX; r++)
		if (text_equal(site_face(op, dialect, r).code, code))
			cases[n++] = case_of(error_help(r));
	return (struct list){ n, cases };
}

static bool
is_told(const struct error_code *codes, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal(codes[i].code, code))
			return true;
	return false;
}

static struct error_code
webhook_code(struct op *op, const struct webhook_error *error)
{
	struct error_case *one = arena_alloc(op->arena, sizeof(*one));

	*one = case_of(&error->help);
	return (struct error_code){ error->code, error->group, error->status, { 1, one } };
}

static struct list
codes_of(struct op *op, enum dialect dialect)
{
	struct error_code *codes =
		arena_array(op->arena, REFUSAL__MAX + WEBHOOK_ERRORS, sizeof(*codes));
	size_t n = 0;

	for (enum refusal r = REFUSAL_NONE + 1; r < REFUSAL__MAX; r++) {
		struct refusal_face face = site_face(op, dialect, r);

		if (!is_told(codes, n, face.code))
			codes[n++] = (struct error_code){ face.code, face.group, face.status,
							  cases_of(op, dialect, r, face.code) };
	}
	for (size_t i = 0; dialect == DIALECT_PROXY && i < WEBHOOK_ERRORS; i++)
		codes[n++] = webhook_code(op, &webhook_errors[i]);
	return (struct list){ n, codes };
}

void
view_errors(struct op *op, struct errors_page *page)
{
	struct error_dialect *all = arena_array(op->arena, ARRAY_LEN(dialects), sizeof(*all));

	for (size_t i = 0; i < ARRAY_LEN(dialects); i++)
		all[i] = (struct error_dialect){ dialects[i].id, dialects[i].title,
						 dialects[i].lead, dialects[i].sample,
						 codes_of(op, dialects[i].dialect) };
	page->dialects = (struct list){ ARRAY_LEN(dialects), all };
}
