/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_INSTANCE_H
#define DOMAIN_INSTANCE_H

#include "core/shape.h"

/* One WhatsApp number of an account. The four credentials are sealed in the row and opened
 * only by gateway/credentials.c. */
struct instance {
	const char *id, *account_id, *slug, *name, *provider, *state, *state_reason, *window_policy;
	const char *phone_number_id, *waba_id, *display_number, *verified_name, *quality;
	const char *access_token, *app_secret, *previous_app_secret, *verify_token;
	const char *check_result;
	bool phone_app;        /* the number is used with the phone app too (coexistence) */
	bool confirms_choices; /* answers a stop or a start */
	bool fetch_media;      /* files of messages from people are fetched and kept */
	struct instant paused_at, suspended_at, isolated_at, checked_at, created_at, deleted_at;
	struct instant previous_app_secret_until; /* accepted until then */
	/* "restriction", "ban", ...: what Meta did and Meta alone undoes; NULL: nothing. As of that
	 * moment at Meta; a restriction until then, 0: no end is known. */
	const char *state_cause;
	struct instant state_as_of, restricted_until;
};
extern const struct shape instance_shape[];

/* "Demo Support Line" -> "demo-support-line"; at most 60 characters, "instance" if nothing is left.
 */
char *instance_slug(struct arena *arena, const char *name);

/* The state that follows from its credentials: "draft" until number and token are there, "open"
 * from then on. The sealed values count as present; they are not looked into. */
const char *instance_state_for(const struct instance *instance);

/* NULL when a customer's own header may be sent with deliveries, else why not. Names are RFC 9110
 * tokens; ours, the body's and the connection's are refused. bearer: a bearer secret is set, so
 * Authorization is taken. */
const char *endpoint_header_problem(const char *name, const char *value, bool bearer);
enum { ENDPOINT_HEADERS_MAX = 20, ENDPOINT_HEADER_BYTES_MAX = 4096 };

/* A receiver that has failed in at least so many attempts, for so long without a success, is
 * disabled. The attempts include one at either end, so they are spread over that time. */
enum { ENDPOINT_GIVE_UP_ATTEMPTS = 10 };
#define ENDPOINT_GIVE_UP_MS (5 * DAY_MS)

/* Of an account, disabled ones too: all of them are looked at for every event. And the instances
 * that one names, where it does not get the events of all. */
enum { ENDPOINTS_MAX = 1000, ENDPOINT_INSTANCES_MAX = 200 };

/* A webhook destination. */
struct endpoint {
	const char *id, *account_id, *url, *format, *events, *disabled_reason, *updated_by;
	const char *secret, *bearer, *headers; /* sealed */
	const char *message_types;             /* "text,image"; NULL: all */
	/* Sealed; the secret before, which signs too until previous_until. From switched_at on the
	 * hex signatures are made with the new one. */
	const char *previous_secret;
	struct instant previous_until, switched_at;
	bool all_instances, include_read, enabled;
	struct instant failing_since, created_at, updated_at, deleted_at;
	int64_t failing_attempts;  /* since failing_since */
	struct instant held_until; /* slowed down: nothing is started before */
	struct instant
		disabled_at; /* disabled_reason: by the gateway; without one by the customer */
};
extern const struct shape endpoint_shape[];

#endif
