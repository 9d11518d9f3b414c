/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_ATTENTIONS_H
#define GATEWAY_ATTENTIONS_H

#include "domain/account.h"

/* What a person of the account should look at, most urgent first; struct attention of
 * gateway/read_overview.h. instances: those of the account. */
MUST_CHECK enum rc attentions_find(struct op *op, struct list *out, const struct account *account,
				   const struct list *instances);

#endif
