/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_KEYS_H
#define GATEWAY_KEYS_H

#include "domain/api_key.h"
#include "gateway/engine.h"

/* *plain: the key, the only time anybody sees it. instance: ref or NULL; expires 0: never;
 * scopes NULL: send,read. */
MUST_CHECK enum rc
gateway_create_key(struct op *op, struct api_key *out, const char **plain, const char *name,
		   const char *environment, const char *instance, struct instant expires,
		   const char *scopes);
MUST_CHECK enum rc gateway_list_keys(struct op *op, struct list *out, const char **next_cursor,
				     struct page_query page);
/* By id or name. The row stays. */
MUST_CHECK enum rc gateway_revoke_key(struct op *op, const char *ref);

#endif
