/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame - what layout.html and its parts show around every page
 *
 * Who is signed in and may do what, the navigation with the place one is at, the message of the
 * step before, the colours chosen. A page's own members come first, so a page gives itself
 * another title by having one.
 */
#include "core/settings.h"
#include "gateway/form_once.h"
#include "site/visitor.h"

#ifndef WAGATE_VERSION
#error "WAGATE_VERSION comes from the Makefile"
#endif

struct nav_item {
	const char *label, *url, *icon, *help;
	bool active;
};

static const struct shape nav_item_shape[] = {
	SHAPE(struct nav_item, label),
	SHAPE(struct nav_item, url),
	SHAPE(struct nav_item, icon),
	SHAPE(struct nav_item, active),
	SHAPE_END,
};

struct nav_group {
	const char *group, *group_id;
	struct list items;
};

static const struct shape nav_group_shape[] = {
	SHAPE(struct nav_group, group),
	SHAPE(struct nav_group, group_id),
	SHAPE_ROWS(struct nav_group, items, struct nav_item, nav_item_shape),
	SHAPE_END,
};

struct frame {
	const char *title, *version, *icons, *theme, *request_id, *here, *help_url;
	const char *once; /* counts once, for a form that makes something */
	const char *csrf_token, *flash_text, *flash_level, *flash_icon;
	const char *user_name, *user_email, *initials, *role, *account_name, *pause_reason;
	bool signed_in, plain_http, account_paused, may_resume, may_develop, may_admin;
	struct list nav;
};

const struct shape frame_shape[] = {
	SHAPE(struct frame, title),
	SHAPE(struct frame, version),
	SHAPE(struct frame, icons),
	SHAPE(struct frame, theme),
	SHAPE(struct frame, request_id),
	SHAPE(struct frame, here),
	SHAPE(struct frame, help_url),
	SHAPE(struct frame, once),
	SHAPE(struct frame, csrf_token),
	SHAPE(struct frame, flash_text),
	SHAPE(struct frame, flash_level),
	SHAPE(struct frame, flash_icon),
	SHAPE(struct frame, user_name),
	SHAPE(struct frame, user_email),
	SHAPE(struct frame, initials),
	SHAPE(struct frame, role),
	SHAPE(struct frame, account_name),
	SHAPE(struct frame, pause_reason),
	SHAPE(struct frame, signed_in),
	SHAPE(struct frame, plain_http),
	SHAPE(struct frame, account_paused),
	SHAPE(struct frame, may_resume),
	SHAPE(struct frame, may_develop),
	SHAPE(struct frame, may_admin),
	SHAPE_ROWS(struct frame, nav, struct nav_group, nav_group_shape),
	SHAPE_END,
};

/* The sidebar in order; items of one group stand together. */
static const struct {
	const char *group;
	struct nav_item item;
	enum { TO_ALL, TO_OPERATOR, WITH_SIMULATOR } who;
} nav[] = {
	{ "", { "Overview", "/overview", "overview", "/docs/quickstart", false }, TO_ALL },
	{ "Customer access",
	  { "API keys", "/api-keys", "key", "/docs/quickstart#key", false },
	  TO_ALL },
	{ "Messaging",
	  { "Instances", "/instances", "phone", "/docs/quickstart#connect", false },
	  TO_ALL },
	{ "Events",
	  { "Deliveries", "/deliveries", "webhook", "/docs/quickstart#webhooks", false },
	  TO_ALL },
	{ "Visibility",
	  { "Inbound logs", "/inbound-logs", "inbox", "/docs/quickstart#webhooks", false },
	  TO_ALL },
	{ "Safety",
	  { "Suppressed recipients", "/suppressed-recipients", "ban", "/docs/opt-out", false },
	  TO_ALL },
	{ "Operator", { "Raw webhooks", "/admin/inbox", "webhook", "/docs", false }, TO_OPERATOR },
	{ "Account", { "Settings", "/settings", "sliders", "/docs/notices", false }, TO_ALL },
	{ "Help", { "Documentation", "/docs", "book", "/docs", false }, TO_ALL },
	{ "Help", { "Simulator", "/_sim", "bolt", "/docs", false }, WITH_SIMULATOR },
};

/* Addresses that belong to an item without beginning like it, and those without any. */
static const struct {
	const char *path, *item, *title;
} places[] = {
	{ "/webhook-endpoints", "/instances", "Webhook endpoint" },
	{ "/docs/quickstart", "/docs", "Quickstart" },
	{ "/docs/send", "/docs", "Sending" },
	{ "/docs/webhooks", "/docs", "Webhooks" },
	{ "/docs/receive", "/docs", "Events" },
	{ "/docs/errors", "/docs", "Error codes" },
	{ "/docs/opt-out", "/docs", "Opt-out" },
	{ "/docs/notices", "/docs", "Notices" },
	{ "/login", NULL, "Sign in" },
	{ "/acceptable-use", "/docs", "Acceptable use" },
	{ "/", NULL, "WhatsApp gateway" },
};

static bool
path_is_under(const char *path, const char *top)
{
	size_t n = strlen(top);

	return strncmp(path, top, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static void
frame_locate(struct frame *frame, const char **item, const char *path)
{
	*item = path;
	frame->help_url = "/docs";
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (path_is_under(path, places[i].path)) {
			*item = places[i].item;
			frame->title = places[i].title;
			break;
		}
	}
}

/* Take an item in, and the page's title and help from the one it belongs to. */
static void
frame_visit(struct frame *frame, struct nav_item *item, const char *here)
{
	item->active = here != NULL && path_is_under(here, item->url);
	if (!item->active)
		return;
	frame->title = frame->title != NULL ? frame->title : item->label;
	frame->help_url = item->help;
}

static bool
is_shown(size_t item, enum role role)
{
	switch (nav[item].who) {
	case TO_OPERATOR:
		return role == ROLE_OPERATOR;
	case WITH_SIMULATOR:
		return settings()->simulator_on;
	default:
		return true;
	}
}

static void
frame_navigate(struct op *op, struct frame *frame, const char *path, enum role role)
{
	struct nav_group *groups = arena_array(op->arena, ARRAY_LEN(nav), sizeof(*groups));
	struct nav_item *items = arena_array(op->arena, ARRAY_LEN(nav), sizeof(*items));
	size_t group = 0, n = 0;
	const char *here;

	frame_locate(frame, &here, path);
	for (size_t i = 0; i < ARRAY_LEN(nav); i++) {
		if (!is_shown(i, role))
			continue;
		items[n] = nav[i].item;
		frame_visit(frame, &items[n], here);
		if (n == 0 || !text_equal(groups[group - 1].group, nav[i].group))
			groups[group++] = (struct nav_group){ nav[i].group,
							      arena_printf(op->arena, "nav-%zu", i),
							      { 0, &items[n] } };
		groups[group - 1].items.n++;
		n++;
	}
	if (frame->title == NULL)
		frame->title = "wagate";
	frame->nav = (struct list){ group, groups };
}

/* "Ada Lovelace" is AL; without a name the e-mail's first letter. */
static const char *
initials_of(struct op *op, const char *name)
{
	size_t count;
	const char **words = text_split(op->arena, name, ' ', &count);
	struct buf out;

	buf_init(&out, op->arena, 16);
	for (size_t i = 0; i<count; i += count> 1 ? count - 1 : 1) {
		size_t n = 1;

		while ((words[i][n] & 0xc0) == 0x80)
			n++;
		buf_add(&out, words[i], n);
	}
	return buf_str(&out);
}

static void
frame_introduce(struct op *op, struct frame *frame, const struct visitor *visitor)
{
	const struct session *session = &visitor->session;
	enum role role = role_read(session->role);
	bool named = !text_empty(session->user_name);

	frame->signed_in = true;
	frame->user_email = session->email;
	frame->user_name = named ? session->user_name : session->email;
	frame->initials = initials_of(op, frame->user_name);
	frame->role = session->role;
	frame->account_name = visitor->account.name;
	frame->account_paused = visitor->account.paused_at.ms != 0;
	frame->pause_reason = visitor->account.pause_reason;
	frame->may_develop = role >= ROLE_DEVELOPER;
	frame->may_admin = role >= ROLE_ADMIN;
	frame->may_resume = frame->may_admin && text_starts(visitor->account.paused_by, "user:");
}

/* "auto" leaves it to the person's system. */
static const char *
theme_of(struct web *web)
{
	const char *theme = web_cookie(web, COOKIE_THEME);

	return text_equal(theme, "dark") || text_equal(theme, "light") ? theme : "auto";
}

const void *
frame_make(struct web *web)
{
	struct op *op = web->op;
	struct frame *frame = arena_alloc(op->arena, sizeof(*frame));
	const struct visitor *visitor = site_visitor(web);

	frame->version = WAGATE_VERSION;
	frame->icons = "/assets/icons.svg?v=" WAGATE_VERSION;
	frame->theme = theme_of(web);
	frame->request_id = op->request_id;
	frame->csrf_token = web->csrf_token;
	frame->plain_http = !web->secure;
	frame->here = web->path;
	if (!text_empty(web->query) && text_equal(web->method, "GET"))
		frame->here = arena_printf(op->arena, "%s?%s", web->path, web->query);
	frame_navigate(op, frame, web->path,
		       visitor == NULL ? ROLE_NONE : role_read(visitor->session.role));
	if (visitor != NULL) {
		frame_introduce(op, frame, visitor);
		frame->once = gateway_once_new(op);
	}
	frame->flash_text = flash_take(web, &frame->flash_level);
	frame->flash_icon = text_equal(frame->flash_level, "good") ? "check" : "alert";
	return frame;
}
