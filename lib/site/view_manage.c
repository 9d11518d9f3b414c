/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_manage - one instance: connection, webhooks and a test message, each on its tab
 *
 * Secrets are told to be there, never shown; the verify token is shown to those who may set up
 * the other side, because Meta's form asks for it.
 */
#include "site/view_manage.h"

#include "core/settings.h"
#include "gateway/manage_instances.h"
#include "site/view_endpoint.h"

static const struct shape sent_view_shape[] = {
	SHAPE(struct sent_view, id),
	SHAPE(struct sent_view, to),
	SHAPE(struct sent_view, status),
	SHAPE(struct sent_view, status_class),
	SHAPE(struct sent_view, provider_id),
	SHAPE(struct sent_view, error),
	SHAPE_SUB(struct sent_view, sent_at, moment_shape),
	SHAPE_SUB(struct sent_view, delivered_at, moment_shape),
	SHAPE_SUB(struct sent_view, read_at, moment_shape),
	SHAPE_END,
};

static const struct shape connection_tab_shape[] = {
	SHAPE(struct connection_tab, callback_url),
	SHAPE(struct connection_tab, verify_token),
	SHAPE(struct connection_tab, refused),
	SHAPE_SUB(struct connection_tab, phone_number_id, field_view_shape),
	SHAPE_SUB(struct connection_tab, waba_id, field_view_shape),
	SHAPE_SUB(struct connection_tab, access_token, field_view_shape),
	SHAPE_SUB(struct connection_tab, app_secret, field_view_shape),
	SHAPE(struct connection_tab, has_token),
	SHAPE(struct connection_tab, has_secret),
	SHAPE(struct connection_tab, may_check),
	SHAPE_END,
};

static const struct shape webhook_tab_shape[] = {
	SHAPE_ROWS(struct webhook_tab, endpoints, struct endpoint_view, endpoint_view_shape),
	SHAPE(struct webhook_tab, has_endpoints),
	SHAPE_END,
};

static const struct shape settings_tab_shape[] = {
	SHAPE_OPTIONS(struct settings_tab, windows),
	SHAPE(struct settings_tab, fetch_media),
	SHAPE(struct settings_tab, phone_app),
	SHAPE(struct settings_tab, confirms_choices),
	SHAPE(struct settings_tab, days),
	SHAPE_END,
};

static const struct shape test_tab_shape[] = {
	SHAPE_SUB(struct test_tab, phone, field_view_shape),
	SHAPE_SUB(struct test_tab, message, field_view_shape),
	SHAPE_OPTIONS(struct test_tab, purposes),
	SHAPE(struct test_tab, refused),
	SHAPE(struct test_tab, refresh_url),
	SHAPE_SUB(struct test_tab, sent, sent_view_shape),
	SHAPE_END,
};

const struct shape manage_page_shape[] = {
	SHAPE(struct manage_page, title),
	SHAPE_SUB(struct manage_page, instance, instance_view_shape),
	SHAPE_OPTIONS(struct manage_page, tabs),
	SHAPE_SUB(struct manage_page, connection, connection_tab_shape),
	SHAPE_SUB(struct manage_page, webhook, webhook_tab_shape),
	SHAPE_SUB(struct manage_page, settings, settings_tab_shape),
	SHAPE_SUB(struct manage_page, test, test_tab_shape),
	SHAPE_END,
};

enum { ID_MAX = 40, SECRET_MAX = 1024, TEXT_MAX = 4096 };

const struct field connection_fields[] = {
	FIELD(struct connection_draft, phone_number_id, NEEDED, 1, ID_MAX, NULL),
	FIELD(struct connection_draft, waba_id, NEEDED, 1, ID_MAX, NULL),
	FIELD(struct connection_draft, access_token, OPTIONAL, 0, SECRET_MAX, NULL),
	FIELD(struct connection_draft, app_secret, OPTIONAL, 0, SECRET_MAX, NULL),
	FIELDS_END,
};

const struct field test_fields[] = {
	FIELD(struct test_input, phone, NEEDED, 1, 40, NULL),
	FIELD(struct test_input, message, NEEDED, 1, TEXT_MAX, NULL),
	FIELD(struct test_input, message_purpose, NEEDED, 1, 40, NULL),
	FIELDS_END,
};

static const struct option_view tabs[] = {
	{ .value = "connection", .label = "Connection" },
	{ .value = "webhook", .label = "Webhook" },
	{ .value = "settings", .label = "Settings" },
	{ .value = "test", .label = "Test" },
};

static const struct option_view windows[] = {
	{ .value = "refuse",
	  .label = "Refuse",
	  .help = "A free-form message to somebody who has not written for 24 hours is refused "
		  "here, with the reason." },
	{ .value = "meta",
	  .label = "Leave it to Meta",
	  .help = "It is passed on; Meta tells later that it was not delivered." },
};

static const struct option_view purposes[] = {
	{ .value = "transactional", .label = "Transactional" },
	{ .value = "operational", .label = "Operational" },
	{ .value = "support", .label = "Support" },
	{ .value = "internal_team", .label = "Internal team" },
	{ .value = "authentication", .label = "Authentication" },
};

const char *
manage_url(struct web *web, const char *ref, const char *tab)
{
	struct arena *arena = web->op->arena;

	return arena_printf(arena, "/instances/%s/manage?tab=%s", text_urlencode(arena, ref), tab);
}

static bool
may(const struct web *web, enum role least)
{
	return role_read(site_session(web)->role) >= least;
}

static enum rc
view_head(struct web *web, struct manage_page *page, const char *ref, const char *tab)
{
	struct instance instance = { 0 };
	struct instance_view *view = arena_alloc(web->op->arena, sizeof(*view));

	TRY(gateway_find_instance(web->op, &instance, ref));
	view_instance(web, view, &instance);
	page->title = instance.name;
	page->instance = view;
	page->tabs = VIEW_OPTIONS(web->op, tabs, tab);
	return RC_OK;
}

static void
view_credentials(struct web *web, struct connection_tab *tab, const struct instance *instance,
		 const struct connection_draft *input)
{
	const char *number = instance->phone_number_id, *waba = instance->waba_id;

	tab->phone_number_id =
		view_field(web, "phone_number_id", input != NULL ? input->phone_number_id : number);
	tab->waba_id = view_field(web, "waba_id", input != NULL ? input->waba_id : waba);
	tab->access_token = view_field(web, "access_token", NULL);
	tab->app_secret = view_field(web, "app_secret", NULL);
	tab->refused = view_error(web, "form");
}

static enum rc
view_connection(struct web *web, struct manage_page *page, const char *ref,
		const struct connection_draft *input)
{
	struct op *op = web->op;
	struct connection_tab *tab = arena_alloc(op->arena, sizeof(*tab));
	struct instance instance = { 0 };
	struct credentials credentials = { 0 };

	TRY(view_head(web, page, ref, "connection"));
	TRY(gateway_find_instance(op, &instance, page->instance->id));
	TRY(gateway_open_credentials(op, &credentials, &instance));
	tab->callback_url =
		arena_printf(op->arena, "%s/webhooks/meta/%s", settings()->web_url, instance.id);
	tab->verify_token = may(web, ROLE_DEVELOPER) ? credentials.verify_token : NULL;
	tab->has_token = !text_empty(credentials.access_token);
	tab->has_secret = !text_empty(credentials.app_secret);
	tab->may_check =
		may(web, ROLE_DEVELOPER) && tab->has_token && instance.phone_number_id != NULL;
	view_credentials(web, tab, &instance, input);
	page->connection = tab;
	return RC_OK;
}

static enum rc
view_webhook(struct web *web, struct manage_page *page, const char *ref)
{
	struct webhook_tab *tab = arena_alloc(web->op->arena, sizeof(*tab));

	TRY(view_head(web, page, ref, "webhook"));
	TRY(view_endpoints(web, &tab->endpoints, page->instance->id));
	tab->has_endpoints = tab->endpoints.n > 0;
	page->webhook = tab;
	return RC_OK;
}

static const char *
kept_days(struct op *op)
{
	int64_t days = settings()->retention_media_days;

	if (days == 0)
		return "for ever";
	return arena_printf(op->arena, "for %lld day%s", (long long)days, days == 1 ? "" : "s");
}

static enum rc
view_settings(struct web *web, struct manage_page *page, const char *ref)
{
	struct op *op = web->op;
	struct settings_tab *tab = arena_alloc(op->arena, sizeof(*tab));
	struct instance instance = { 0 };

	TRY(view_head(web, page, ref, "settings"));
	TRY(gateway_find_instance(op, &instance, page->instance->id));
	tab->windows = VIEW_OPTIONS(op, windows, instance.window_policy);
	tab->fetch_media = instance.fetch_media;
	tab->phone_app = instance.phone_app;
	tab->confirms_choices = instance.confirms_choices;
	tab->days = kept_days(op);
	page->settings = tab;
	return RC_OK;
}

static const struct {
	const char *status, *label, *class;
} statuses[] = {
	{ "sending", "Sending", "badge-info" },     { "sent", "Sent", "badge-good" },
	{ "delivered", "Delivered", "badge-good" }, { "read", "Read", "badge-good" },
	{ "played", "Played", "badge-good" },       { "failed", "Failed", "badge-danger" },
	{ "unknown", "Unknown", "badge-warning" },
};

static const struct sent_view *
view_sent(struct web *web, const struct message *message)
{
	struct op *op = web->op;
	struct sent_view *view = arena_alloc(op->arena, sizeof(*view));

	*view = (struct sent_view){
		.id = message->id,
		.to = view_phone(op, message->recipient),
		.status = message->status,
		.provider_id = message->provider_id,
		.error = text_empty(message->error_details) ? message->error_title
							    : message->error_details,
		.sent_at = view_moment(web, message->sent_at),
		.delivered_at = view_moment(web, message->delivered_at),
		.read_at = view_moment(web, message->read_at),
	};
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		if (text_equal(statuses[i].status, message->status)) {
			view->status = statuses[i].label;
			view->status_class = statuses[i].class;
		}
	}
	return view;
}

static enum rc
view_test(struct web *web, struct manage_page *page, const char *ref,
	  const struct test_input *input)
{
	struct op *op = web->op;
	struct test_tab *tab = arena_alloc(op->arena, sizeof(*tab));
	const char *sent = web_query(web, "message");
	struct message message = { 0 };

	TRY(view_head(web, page, ref, "test"));
	tab->phone = view_field(web, "phone", input != NULL ? input->phone : NULL);
	tab->message = view_field(web, "message",
				  input != NULL ? input->message : "Hello, this is a test.");
	tab->purposes = VIEW_OPTIONS(op, purposes, input != NULL ? input->message_purpose : NULL);
	tab->refused = view_error(web, "form");
	page->test = tab;
	if (text_empty(sent) || input != NULL)
		return RC_OK;
	TRY(gateway_find_message(op, &message, sent));
	tab->sent = view_sent(web, &message);
	tab->refresh_url = arena_printf(op->arena, "%s&message=%s", manage_url(web, ref, "test"),
					text_urlencode(op->arena, message.id));
	return RC_OK;
}

static const struct page manage_page = MANAGE_PAGE;

enum rc
show_manage(struct web *web)
{
	struct manage_page page = { 0 };
	const char *ref = web_param(web, "id"), *tab = web_query(web, "tab");

	if (text_equal(tab, "webhook"))
		TRY(view_webhook(web, &page, ref));
	else if (text_equal(tab, "settings"))
		TRY(view_settings(web, &page, ref));
	else if (text_equal(tab, "test"))
		TRY(view_test(web, &page, ref, NULL));
	else
		TRY(view_connection(web, &page, ref, NULL));
	return web_page(web, 200, &manage_page, &page);
}

enum rc
show_connection(struct web *web)
{
	struct manage_page page = { 0 };

	TRY(view_connection(web, &page, web_param(web, "id"), web->input));
	return web_page(web, 200, &manage_page, &page);
}

enum rc
show_test(struct web *web)
{
	struct manage_page page = { 0 };

	TRY(view_test(web, &page, web_param(web, "id"), web->input));
	return web_page(web, 200, &manage_page, &page);
}
