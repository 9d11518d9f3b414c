/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PHONE_STORE_H
#define STORE_PHONE_STORE_H

#include "db/db.h"

/* A message that went past the gateway. person: digits or a user id, "" where nobody is named;
 * direction "in" or "out"; status NULL: not known. */
struct phone_message {
	const char *instance_id, *provider_id, *person, *direction, *type, *text, *status, *payload;
	struct instant provider_at, recorded_at;
};

/* Both in the op's account. Typed on the phone; RC_CONFLICT: told before. */
void phone_store_insert(struct batch *batch, const struct phone_message *message);
/* From before the number came here. What is there stays, but a placeholder, which gives way to the
 * message itself, in whichever order the two come. */
void phone_store_remember(struct batch *batch, const struct phone_message *message);

extern const struct stmt *const phone_store_stmts[];

#endif
