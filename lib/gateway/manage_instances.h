/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_MANAGE_INSTANCES_H
#define GATEWAY_MANAGE_INSTANCES_H

#include "domain/instance.h"
#include "gateway/engine.h"
#include "provider/provider.h"

/* Instances and their webhook endpoints. References are id, slug or name. */

MUST_CHECK enum rc gateway_create_instance(struct op *op, struct instance *out, const char *name,
					   const char *provider);
MUST_CHECK enum rc gateway_find_instance(struct op *op, struct instance *out, const char *ref);
/* A list's filter: the id of the instance that ref names, untouched when ref is empty; RC_INPUT
 * "instance" when there is none. */
MUST_CHECK enum rc gateway_filter_instance(struct op *op, const char **id, const char *ref);
MUST_CHECK enum rc gateway_list_instances(struct op *op, struct list *out, const char **next_cursor,
					  struct page_query page);

/* One setting by name: name, window (refuse|meta), phone_app (on|off), phone_number_id, waba_id,
 * access_token, app_secret (the old one stays accepted), verify_token, display_number. RC_INPUT
 * names an unknown key or bad value, RC_CONFLICT a phone_number_id that another account has.
 * verified: the number was confirmed by the provider with the given token, or the operator's CLI
 * says so. State follows the credentials. */
struct instance_change {
	const char *key, *value;
};
MUST_CHECK enum rc
gateway_set_instance(struct op *op, const char *ref, const struct instance_change *changes,
		     size_t n, bool verified);
MUST_CHECK enum rc gateway_delete_instance(struct op *op, const char *ref);
/* what: pause, resume, suspend, unsuspend, isolate, unisolate; release ends all three. */
MUST_CHECK enum rc gateway_switch_instance(struct op *op, const char *ref, const char *what);
/* The same for the whole gateway: suspend, isolate, resume. */
MUST_CHECK enum rc gateway_switch(struct op *op, const char *what);
MUST_CHECK enum rc gateway_switches(struct op *op, bool *suspended, bool *isolated);

/* Ask the provider whether the credentials are right and remember the answer and the state. */
MUST_CHECK enum rc
gateway_check_instance(struct op *op, struct number_check *out, const struct instance *instance);
/* The same with values that are not saved yet (portal's credentials form), and whether the token
 * opens the business account too. */
MUST_CHECK enum rc
gateway_check_credentials(struct op *op, struct number_check *out, const char *phone_number_id,
			  const char *waba_id, const char *access_token);

/* RC_INPUT unless it may be an instance's display name. */
MUST_CHECK enum rc instance_check_name(struct op *op, const char *name);

/* Open the sealed credentials of an instance. */
MUST_CHECK enum rc
gateway_open_credentials(struct op *op, struct credentials *out, const struct instance *instance);

/* ---- endpoints ---- */

struct endpoint_draft {
	const char *const *instances; /* refs; none: all of the account */
	size_t instance_count;
	const char *url, *format, *events, *bearer, *headers_json;
	const char *secret; /* NULL: generated */
	bool include_read;
};
/* *secret: the signing secret in the clear, shown once. */
MUST_CHECK enum rc gateway_create_endpoint(struct op *op, struct endpoint *out, const char **secret,
					   const struct endpoint_draft *draft);
MUST_CHECK enum rc gateway_find_endpoint(struct op *op, struct endpoint *out, const char *id);
/* struct instance it is bound to; none: it gets all of the account. */
MUST_CHECK enum rc
gateway_endpoint_instances(struct op *op, struct list *out, const struct endpoint *endpoint);
/* One whose events it gets, for a test; RC_CONFLICT when there is none. */
MUST_CHECK enum rc
gateway_endpoint_instance(struct op *op, struct instance *out, const struct endpoint *endpoint);
/* instance NULL: all of the account. */
MUST_CHECK enum rc gateway_list_endpoints(struct op *op, struct list *out, const char *instance);
/* key: url, format, events, enabled (true|false), include_read, bearer, headers. */
MUST_CHECK enum rc gateway_set_endpoint(struct op *op, const char *id,
					const struct instance_change *changes, size_t n);
MUST_CHECK enum rc gateway_rotate_secret(struct op *op, const char *id, const char **secret);
MUST_CHECK enum rc gateway_delete_endpoint(struct op *op, const char *id);
/* Open its secrets. */
MUST_CHECK enum rc
gateway_open_endpoint(struct op *op, const char **secret, const char **bearer,
		      const char **headers_json, const struct endpoint *endpoint);

#endif
