/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_settings - what the account's people set themselves, and what they were told lately
 *
 * The boxes say what is wanted; the account keeps what is not.
 */
#include "site/view_settings.h"

#include "gateway/notices.h"
#include "gateway/people.h"

enum { INCIDENTS_SHOWN = 10 };

const struct field settings_fields[] = {
	FIELD(struct settings_input, time_zone, NEEDED, 1, 60, NULL),
	FIELD(struct settings_input, notices, OPTIONAL, 0, INCIDENT_KINDS + 1, NULL),
	FIELDS_END,
};

struct incident_view {
	const char *text, *outcome, *kind, *status, *status_class;
	const struct moment *since, *ended;
};

static const struct shape incident_view_shape[] = {
	SHAPE(struct incident_view, text),
	SHAPE(struct incident_view, outcome),
	SHAPE(struct incident_view, kind),
	SHAPE(struct incident_view, status),
	SHAPE(struct incident_view, status_class),
	SHAPE_SUB(struct incident_view, since, moment_shape),
	SHAPE_SUB(struct incident_view, ended, moment_shape),
	SHAPE_END,
};

const struct shape settings_page_shape[] = {
	SHAPE(struct settings_page, problem),
	SHAPE(struct settings_page, people),
	SHAPE_SUB(struct settings_page, time_zone, field_view_shape),
	SHAPE_OPTIONS(struct settings_page, zones),
	SHAPE_OPTIONS(struct settings_page, kinds),
	SHAPE_ROWS(struct settings_page, incidents, struct incident_view, incident_view_shape),
	SHAPE(struct settings_page, has_people),
	SHAPE(struct settings_page, has_incidents),
	SHAPE_END,
};

/* Suggestions: any zone of the system's list is taken. */
static const char *const zones[] = {
	"UTC",
	"Africa/Cairo",
	"Africa/Casablanca",
	"Africa/Johannesburg",
	"Africa/Lagos",
	"Africa/Nairobi",
	"America/Argentina/Buenos_Aires",
	"America/Bogota",
	"America/Chicago",
	"America/Denver",
	"America/Los_Angeles",
	"America/Mexico_City",
	"America/New_York",
	"America/Sao_Paulo",
	"Asia/Baghdad",
	"Asia/Dhaka",
	"Asia/Dubai",
	"Asia/Hong_Kong",
	"Asia/Jakarta",
	"Asia/Karachi",
	"Asia/Kolkata",
	"Asia/Kuwait",
	"Asia/Manila",
	"Asia/Qatar",
	"Asia/Riyadh",
	"Asia/Singapore",
	"Asia/Tokyo",
	"Australia/Sydney",
	"Europe/Amsterdam",
	"Europe/Athens",
	"Europe/Berlin",
	"Europe/Istanbul",
	"Europe/Lisbon",
	"Europe/London",
	"Europe/Madrid",
	"Europe/Moscow",
	"Europe/Paris",
	"Europe/Rome",
	"Pacific/Auckland",
};

static const char *const kind_names[INCIDENT_KINDS] = {
	"Number", "Quality", "Template", "Webhook", "Limit", "API key",
};

static struct list
view_zones(struct op *op)
{
	struct option_view *options = arena_array(op->arena, ARRAY_LEN(zones), sizeof(*options));

	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		options[i] = (struct option_view){ .value = zones[i], .label = zones[i] };
	return (struct list){ ARRAY_LEN(zones), options };
}

static struct list
view_kinds(struct op *op, const char *off)
{
	struct option_view *options = arena_array(op->arena, INCIDENT_KINDS, sizeof(*options));

	for (size_t i = 0; i < INCIDENT_KINDS; i++)
		options[i] = (struct option_view){
			.value = incident_kinds[i].word,
			.label = incident_kinds[i].label,
			.selected = !text_list_has(off, incident_kinds[i].word),
		};
	return (struct list){ INCIDENT_KINDS, options };
}

static const char *
kind_name(const char *kind)
{
	for (size_t i = 0; i < INCIDENT_KINDS; i++)
		if (text_equal(incident_kinds[i].word, kind))
			return kind_names[i];
	return kind;
}

static enum rc
view_incidents(struct web *web, struct settings_page *page)
{
	const struct page_query query = { .limit = INCIDENTS_SHOWN };
	const struct incident *rows;
	struct incident_view *views;
	struct list found;
	const char *next;

	TRY(gateway_list_incidents(web->op, &found, &next, false, query));
	rows = found.rows;
	views = arena_array(web->op->arena, found.n + 1, sizeof(*views));
	for (size_t i = 0; i < found.n; i++) {
		bool over = rows[i].ended_at.ms != 0;

		views[i] = (struct incident_view){
			.text = rows[i].text,
			.outcome = rows[i].outcome,
			.kind = kind_name(rows[i].kind),
			.status = over ? "Over" : "Open",
			.status_class = over                              ? "badge-good"
					: rows[i].level >= INCIDENT_WORSE ? "badge-danger"
									  : "badge-warning",
			.since = view_moment(web, rows[i].since),
			.ended = view_moment(web, rows[i].ended_at),
		};
	}
	page->incidents = (struct list){ found.n, views };
	page->has_incidents = found.n > 0;
	return RC_OK;
}

/* Who gets the mail. */
static enum rc
view_people(struct web *web, struct settings_page *page)
{
	const char **emails;
	const struct user *user;
	struct list users;
	size_t n = 0;

	TRY(gateway_list_users(web->op, &users, web->op->account_id));
	user = users.rows;
	emails = arena_array(web->op->arena, users.n + 1, sizeof(*emails));
	for (size_t i = users.n; i-- > 0;)
		if (user_gets_notices(&user[i]))
			emails[n++] = user[i].email;
	page->people = text_join(web->op->arena, emails, n, ", ");
	page->has_people = n > 0;
	return RC_OK;
}

const char *
settings_off(struct op *op, const struct texts *wanted)
{
	const char *off[INCIDENT_KINDS];
	size_t n = 0;

	for (size_t i = 0; i < INCIDENT_KINDS; i++)
		if (!text_is_one_of(incident_kinds[i].word, wanted->items, wanted->n))
			off[n++] = incident_kinds[i].word;
	return text_join(op->arena, off, n, ",");
}

enum rc
view_settings(struct web *web, struct settings_page *page, const struct settings_input *input)
{
	struct account account = { 0 };

	TRY(gateway_find_account(web->op, &account, web->op->account_id));
	page->time_zone =
		view_field(web, "time_zone", input != NULL ? input->time_zone : account.time_zone);
	page->zones = view_zones(web->op);
	page->kinds = view_kinds(web->op, input != NULL ? settings_off(web->op, &input->notices)
							: account.notices_off);
	page->problem = view_error(web, "form");
	TRY(view_people(web, page));
	return view_incidents(web, page);
}
