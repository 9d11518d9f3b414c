/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INSTANCE_STATE_STORE_H
#define STORE_INSTANCE_STATE_STORE_H

#include "db/db.h"
#include "domain/instance.h"

/* What the provider says about a number, in the op's account. */

/* State, reason, cause, until and as_of as in the instance, which was read in the state `from`;
 * RC_BUSY: it has moved meanwhile, or later news have come. */
void
instance_state_store_hear(struct batch *batch, const struct instance *instance, const char *from);
/* As of that moment; nothing when later news have come. */
void instance_state_store_quality(struct batch *batch, const char *id, const char *quality,
				  struct instant as_of);
void instance_state_store_name(struct batch *batch, const char *id, const char *verified_name,
			       struct instant as_of);
/* Its state is what its credentials make it: nothing that the provider did holds any more. */
void instance_state_store_own(struct batch *batch, const char *id);

/* System scope: restrictions that have ended, oldest first. struct instance with its id and account
 * alone. */
MUST_CHECK enum rc instance_state_store_released(struct op *op, struct list *out, int64_t limit);

extern const struct stmt *const instance_state_store_stmts[];

#endif
