/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_INCIDENT_LOOK_H
#define GATEWAY_INCIDENT_LOOK_H

#include "db/db.h"
#include "gateway/trouble.h"

/* What a look at the subject of an incident brought. */
struct finding {
	bool bad;
	struct trouble trouble; /* where it is bad */
	const char *over;       /* where it is not: how it is now, one sentence without full stop */
};

/* Look at a subject of the op's account as it is now. name: what people called it when it was
 * bad, for one that is gone. */
MUST_CHECK enum rc incident_look(struct op *op, struct finding *out, const char *kind,
				 const char *subject, const char *name);

/* What an account has used, and what is the matter with that in a window ("day", "month"). */
MUST_CHECK enum rc incident_look_at_use(struct op *op, bool *bad, struct trouble *out,
					const struct account *account, const char *window);

/* Letters about an incident in the caller's batch: to owners and admins of the op's account where
 * it wants mail of that kind, to operators where it concerns them. trouble: what is the matter;
 * NULL: the incident is over, as its outcome says. *wanted: does the account want them? */
MUST_CHECK enum rc incident_tell(struct op *op, struct batch *batch, bool *wanted,
				 const struct incident *incident, const struct trouble *trouble);

#endif
