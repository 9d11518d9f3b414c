/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view - times, numbers, fields and choices as people read them
 *
 * Whatever a page shows passes through here once, so that the same thing looks the same on every
 * page; templates hold no rules of their own.
 */
#include "site/view.h"

#include "core/settings.h"
#include "site/visitor.h"

const struct shape moment_shape[] = {
	SHAPE(struct moment, text),
	SHAPE(struct moment, utc),
	SHAPE(struct moment, ago),
	SHAPE_END,
};

const struct shape field_view_shape[] = {
	SHAPE(struct field_view, value),
	SHAPE(struct field_view, error),
	SHAPE_END,
};

const struct shape option_view_shape[] = {
	SHAPE(struct option_view, value),
	SHAPE(struct option_view, label),
	SHAPE(struct option_view, help),
	SHAPE(struct option_view, selected),
	SHAPE_END,
};

const struct shape pager_shape[] = {
	SHAPE(struct pager, count),
	SHAPE(struct pager, first_url),
	SHAPE(struct pager, next_url),
	SHAPE_END,
};

const struct moment *
view_moment(struct web *web, struct instant t)
{
	struct arena *arena = web->op->arena;
	const struct visitor *visitor = site_visitor(web);
	struct moment *moment;
	int minutes = 0;

	if (t.ms == 0)
		return NULL;
	/* A zone that this machine does not know is shown in UTC. */
	if (visitor != NULL && !clock_zone_offset(visitor->account.time_zone, t, &minutes))
		minutes = 0;
	moment = arena_alloc(arena, sizeof(*moment));
	moment->text = clock_human(arena, t, minutes);
	moment->utc = clock_rfc3339(arena, t);
	moment->ago = clock_relative(arena, t, web->op->now);
	return moment;
}

/* Fields say "is needed" of themselves, verbs say whole sentences. */
static bool
is_predicate(const char *message)
{
	static const char *const verbs[] = { "is ", "must ", "needs ", "takes ", "came " };

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (text_starts(message, verbs[i]))
			return true;
	return false;
}

const char *
view_error(const struct web *web, const char *name)
{
	struct arena *arena = web->op->arena;
	const char *message = form_error(web, name);
	size_t n = strlen(name);
	char *sentence;

	if (message == NULL)
		return NULL;
	if (text_starts(message, name) && message[n] == ' ')
		message += n + 1;
	sentence = arena_printf(arena, "%s%s%s", is_predicate(message) ? "This " : "", message,
				text_ends(message, ".") ? "" : ".");
	if (sentence[0] >= 'a' && sentence[0] <= 'z')
		sentence[0] = (char)(sentence[0] - 'a' + 'A');
	return sentence;
}

const struct field_view *
view_field(const struct web *web, const char *name, const char *value)
{
	struct field_view *field = arena_alloc(web->op->arena, sizeof(*field));

	field->value = value;
	field->error = view_error(web, name);
	return field;
}

struct list
view_options(struct op *op, const struct option_view *options, size_t n, const char *selected)
{
	struct option_view *copy = arena_array(op->arena, n + 1, sizeof(*copy));
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		copy[i] = options[i];
		copy[i].selected = text_equal(options[i].value, selected);
		found = found || copy[i].selected;
	}
	if (n > 0 && !found)
		copy[0].selected = true;
	return (struct list){ n, copy };
}

struct list
view_choices(struct op *op, const struct option_view *options, size_t n,
	     const struct texts *selected)
{
	struct option_view *copy = arena_array(op->arena, n + 1, sizeof(*copy));

	for (size_t i = 0; i < n; i++) {
		copy[i] = options[i];
		copy[i].selected = false;
		for (size_t j = 0; j < selected->n; j++)
			copy[i].selected |= text_equal(options[i].value, selected->items[j]);
	}
	return (struct list){ n, copy };
}

const char *
view_label(const struct option_view *options, size_t n, const char *value)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal(options[i].value, value))
			return options[i].label;
	return value;
}

const char *
view_number(struct op *op, int64_t n)
{
	char plain[24];
	struct buf out;
	size_t length;

	length = (size_t)snprintf(plain, sizeof(plain), "%lld", (long long)n);
	buf_init(&out, op->arena, 2 * sizeof(plain));
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && plain[i - 1] != '-' && (length - i) % 3 == 0)
			buf_char(&out, ',');
		buf_char(&out, plain[i]);
	}
	return buf_str(&out);
}

const char *
view_phone(struct op *op, const char *recipient)
{
	struct buf digits;

	if (text_empty(recipient))
		return NULL;
	/* A user id has letters ("US.13491208655302741918"). */
	if (recipient[strspn(recipient, "+0123456789 ()-.")] != '\0')
		return recipient;
	buf_init(&digits, op->arena, 64);
	buf_char(&digits, '+');
	for (const char *p = recipient; *p != '\0'; p++)
		if (*p >= '0' && *p <= '9')
			buf_char(&digits, *p);
	return buf_str(&digits);
}

const char *
view_percent(struct op *op, int64_t part, int64_t whole)
{
	if (whole <= 0)
		return NULL;
	return arena_printf(op->arena, "%lld %%", (long long)(part * 100 / whole));
}

const char *
view_filter(struct web *web, const char *name)
{
	const char *value = web_query(web, name);

	return value != NULL ? text_trim(web->op->arena, value) : "";
}

/* This address with its filters, at another cursor (NULL: the first page). */
static const char *
page_url(struct web *web, const char *cursor)
{
	struct op *op = web->op;
	size_t count;
	const char **pairs = text_split(op->arena, web->query, '&', &count);
	struct buf url;

	buf_init(&url, op->arena, 16 << 10);
	buf_printf(&url, "%s?", web->path);
	for (size_t i = 0; i < count; i++)
		if (!text_starts(pairs[i], "cursor="))
			buf_printf(&url, "%s&", pairs[i]);
	if (cursor != NULL)
		buf_printf(&url, "cursor=%s", text_urlencode(op->arena, cursor));
	else
		url.n--;
	return buf_str(&url);
}

const struct pager *
view_pager(struct web *web, size_t rows, const char *noun, const char *nouns,
	   const char *next_cursor)
{
	bool first = text_empty(web_query(web, "cursor"));
	struct pager *pager = arena_alloc(web->op->arena, sizeof(*pager));

	pager->count = arena_printf(web->op->arena, "%s %s%s", view_number(web->op, (int64_t)rows),
				    rows == 1 ? noun : nouns,
				    first && next_cursor == NULL ? "" : " on this page");
	if (!first)
		pager->first_url = page_url(web, NULL);
	if (next_cursor != NULL)
		pager->next_url = page_url(web, next_cursor);
	return pager;
}

const char *
view_curl(struct op *op, const char *key, const char *instance)
{
	return arena_printf(op->arena,
			    "curl -X POST '%s/api/send-message' \\\n"
			    "  -H 'Authorization: Bearer %s' \\\n"
			    "  -H 'Content-Type: application/json' \\\n"
			    "  -d '{\n"
			    "    \"instance_id\": \"%s\",\n"
			    "    \"phone\": \"+966500000001\",\n"
			    "    \"message\": \"Your order is ready.\",\n"
			    "    \"message_purpose\": \"transactional\"\n"
			    "  }'",
			    settings()->web_url, key, instance);
}

const char *
view_curl_proxy(struct op *op, const char *key)
{
	return arena_printf(op->arena,
			    "curl -X POST '%s/v1/wa/message' \\\n"
			    "  -H 'Authorization: Bearer %s' \\\n"
			    "  -H 'Content-Type: application/json' \\\n"
			    "  -d '{\n"
			    "    \"messaging_product\": \"whatsapp\",\n"
			    "    \"to\": \"966500000001\",\n"
			    "    \"type\": \"text\",\n"
			    "    \"text\": { \"body\": \"Your order is ready.\" }\n"
			    "  }'",
			    settings()->web_url, key);
}
