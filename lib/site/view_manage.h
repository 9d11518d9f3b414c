/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_MANAGE_H
#define SITE_VIEW_MANAGE_H

#include "gateway/connect_instance.h"
#include "site/view_instance.h"

/* What the forms of an instance's page send. */
extern const struct field connection_fields[]; /* struct connection_draft */
struct test_input {
	const char *phone, *message, *message_purpose;
};
extern const struct field test_fields[];

/* A test message and what became of it. */
struct sent_view {
	const char *id, *to, *status, *status_class, *provider_id, *error;
	const struct moment *sent_at, *delivered_at, *read_at;
};

struct connection_tab {
	const char *callback_url, *verify_token, *refused;
	const struct field_view *phone_number_id, *waba_id, *access_token, *app_secret;
	bool has_token, has_secret, may_check;
};

struct settings_tab {
	struct list windows;
	bool fetch_media, phone_app, confirms_choices;
	const char *days; /* for which files are kept, in words */
};

struct webhook_tab {
	struct list endpoints;
	bool has_endpoints;
};

struct test_tab {
	const struct field_view *phone, *message;
	struct list purposes;
	const char *refused, *refresh_url;
	const struct sent_view *sent;
};

/* What templates/instance-manage.html may use: one of the tabs is there. */
struct manage_page {
	const char *title;
	const struct instance_view *instance;
	struct list tabs;
	const struct connection_tab *connection;
	const struct webhook_tab *webhook;
	const struct settings_tab *settings;
	const struct test_tab *test;
};
extern const struct shape manage_page_shape[];
#define MANAGE_PAGE                                                                   \
	{                                                                             \
		"instance-manage.html", manage_page_shape, sizeof(struct manage_page) \
	}

/* Answer with the page of the instance in the route's :id, at the tab of ?tab=, filled from what
 * is stored; or at one tab with what its form sent. */
MUST_CHECK enum rc show_manage(struct web *web);
MUST_CHECK enum rc show_connection(struct web *web);
MUST_CHECK enum rc show_test(struct web *web);

/* Where its tabs are. */
const char *manage_url(struct web *web, const char *ref, const char *tab);

/* The test form: a message through the whole guard, and its tab with what became of it; refused
 * before it is one, the form again. */
MUST_CHECK enum rc post_instance_test(struct web *web);

#endif
