/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INBOUND_STORE_H
#define STORE_INBOUND_STORE_H

#include "db/db.h"
#include "domain/message.h"

/* All in the op's account. */

/* RC_CONFLICT: the provider has told of it before. */
void inbound_store_insert(struct batch *batch, const struct inbound *inbound);

MUST_CHECK enum rc inbound_store_get(struct op *op, struct inbound *out, const char *id);
MUST_CHECK enum rc
inbound_store_by_provider_id(struct op *op, struct inbound *out, const char *provider_id);

/* What a list shows, newest first; each filter NULL, 0 or false when not wanted. */
struct inbound_query {
	const char *sender; /* digits or a user id */
	const char *instance_id, *type;
	const char *text;        /* a part of the text, any ASCII case */
	const char *endpoint_id; /* to which it was forwarded; "none": to nobody */
	bool only_opt_outs;
	bool only_possible_opt_outs; /* not beside only_opt_outs */
	struct instant since, until; /* received; until: before it */
	const char *before;          /* id of the last row of the page before */
	const char *from;            /* id at which the list ends */
	int64_t limit;
};
MUST_CHECK enum rc
inbound_store_list(struct op *op, struct list *out, const struct inbound_query *query);

/* Where filters may have to pass over many rows for a page: the id of the n-th that they have to
 * look at. Untouched where no filter has to, and where there are fewer. */
MUST_CHECK enum rc
inbound_store_edge(struct op *op, const char **out, const struct inbound_query *query, int64_t n);
/* The spelling under which a person is known; the given one when there is no other. */
MUST_CHECK enum rc inbound_store_identity(struct op *op, const char **out, const char *spelling);

/* The last lines exchanged with a person over an instance, newest first: what went out from here
 * with its payload, the rest with its text. source: "gateway"; "phone", typed there; "history",
 * from before the number came here. */
struct exchanged {
	const char *id, *direction, *text, *type, *status, *payload, *source;
	struct instant at;
};
MUST_CHECK enum rc inbound_store_thread(struct op *op, struct list *out, const char *instance_id,
					const char *recipient, int64_t limit);

extern const struct stmt *const inbound_store_stmts[];
extern const struct stmt *const inbound_list_store_stmts[];

#endif
