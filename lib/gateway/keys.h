/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_KEYS_H
#define GATEWAY_KEYS_H

#include "domain/api_key.h"
#include "gateway/engine.h"

/* A key to be made. */
struct key_draft {
	const char *name, *environment;
	const char *instance;   /* ref; NULL: for all of the account */
	const char *scopes;     /* comma-separated; NULL: send,read */
	const char *cidrs;      /* comma-separated; NULL: from anywhere */
	struct instant expires; /* 0: never */
	/* Sends per second, minute and day of the account, and at once; 0: the gateway's limit, or
	 * none. Above [limits] only where the operator says so. */
	int64_t per_second, per_minute, per_day, in_flight;
	bool by_operator;
};

/* *plain: the key, the only time anybody sees it. RC_INPUT: op->code names the member. */
MUST_CHECK enum rc gateway_create_key(struct op *op, struct api_key *out, const char **plain,
				      const struct key_draft *draft);
MUST_CHECK enum rc gateway_list_keys(struct op *op, struct list *out, const char **next_cursor,
				     struct page_query page);
/* By id or name. The row stays. */
MUST_CHECK enum rc gateway_revoke_key(struct op *op, const char *ref);

/*
 * Show a key again, where [keys] reveal has kept it: to the person with that address who says the
 * password once more from that client. Who did is in the audit trail before anybody sees the key.
 * RC_AUTH: "password" is wrong; RC_LIMIT: too often; RC_CONFLICT: it was not kept, or is not in
 * force.
 */
MUST_CHECK enum rc
gateway_reveal_key(struct op *op, struct api_key *out, const char **plain, const char *ref,
		   const char *email, const char *password, const char *client);

/* Can it be shown again? */
bool key_is_kept(const struct op *op, const struct api_key *key);

/* By id or name, or a sentence for who asked (RC_MISSING). */
MUST_CHECK enum rc key_find(struct op *op, struct api_key *out, const char *ref);

#endif
