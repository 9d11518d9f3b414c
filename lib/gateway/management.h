/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_MANAGEMENT_H
#define GATEWAY_MANAGEMENT_H

#include "domain/api_key.h"
#include "domain/wa_template.h"
#include "provider/provider.h"

/* Management calls at the provider, passed through with an instance's token. */

/* One call. */
struct management {
	const struct instance *instance; /* whose token is used */
	const char *own; /* where the caller asked: further pages are there too; NULL: no pages */
	struct manage_request request;
	struct manage_result result; /* out */
};

/* Perform it. RC_OK whatever came of it: that is in m->result. RC_CONFLICT: the instance has no
 * token, or its provider no management; RC_DENIED: a change while the operator has suspended it. */
MUST_CHECK enum rc gateway_manage(struct op *op, struct management *m);
/* The same, with an entry in the audit trail when the provider did it. */
MUST_CHECK enum rc gateway_manage_change(struct op *op, struct management *m, const char *verb);

/* The instance that a key (NULL: the operator) speaks through: by Meta's id of its number, the
 * key's own, or the only one of the account. RC_MISSING with a sentence (code invalid_instance). */
MUST_CHECK enum rc gateway_instance_for(struct op *op, struct instance *out,
					const struct api_key *key, const char *phone_number_id);

/* What an id of the Graph API is to a key. */
enum graph_kind {
	GRAPH_UNKNOWN, /* nothing that is known here: perhaps media */
	GRAPH_FOREIGN, /* known, and not for this key */
	GRAPH_NUMBER,
	GRAPH_WABA,
	GRAPH_TEMPLATE
};
struct graph_object {
	enum graph_kind kind;
	struct instance instance;    /* whose token to use; of the last three */
	struct wa_template template; /* of GRAPH_TEMPLATE */
};
MUST_CHECK enum rc gateway_find_object(struct op *op, struct graph_object *out,
				       const struct api_key *key, const char *id);

#endif
