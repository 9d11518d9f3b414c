/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_MANAGE_INSTANCES_H
#define GATEWAY_MANAGE_INSTANCES_H

#include "domain/instance.h"
#include "gateway/engine.h"
#include "provider/provider.h"

/* Instances. References are id, slug or name. */

MUST_CHECK enum rc gateway_create_instance(struct op *op, struct instance *out, const char *name,
					   const char *provider);
MUST_CHECK enum rc gateway_find_instance(struct op *op, struct instance *out, const char *ref);
/* A list's filter: the id of the instance that ref names, untouched when ref is empty; RC_INPUT
 * "instance" when there is none. */
MUST_CHECK enum rc gateway_filter_instance(struct op *op, const char **id, const char *ref);
MUST_CHECK enum rc gateway_list_instances(struct op *op, struct list *out, const char **next_cursor,
					  struct page_query page);

/* One setting by name: name, window (refuse|meta), phone_app (on|off), fetch_media (on|off),
 * phone_number_id, waba_id, access_token, app_secret (the old one stays accepted), verify_token,
 * display_number. RC_INPUT names an unknown key or bad value, RC_CONFLICT a phone_number_id that
 * another account has. verified: the number was confirmed by the provider with the given token, or
 * the operator's CLI says so. State follows the credentials. */
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

#endif
