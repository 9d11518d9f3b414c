/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_CONNECT_INSTANCE_H
#define GATEWAY_CONNECT_INSTANCE_H

#include "core/op.h"

/* Credentials as a person enters them; an empty token or secret keeps the stored one. */
struct connection_draft {
	const char *phone_number_id, *waba_id, *access_token, *app_secret;
};

/*
 * Ask the provider about the credentials and, when it accepts them, store them and what it said.
 * RC_INPUT with the provider's reason (code "credentials") or the field's name, RC_CONFLICT when
 * the number belongs to another instance: nothing is stored then.
 */
MUST_CHECK enum rc
gateway_connect_instance(struct op *op, const char *ref, const struct connection_draft *draft);

#endif
