/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_MANAGE_ANSWER_H
#define SITE_MANAGE_ANSWER_H

#include "gateway/management.h"
#include "site/site.h"

/* What a key may do in management, and what its caller is told, in the address's dialect. */

/* RC_DENIED unless the key may change something at the provider: it has the scope `configure`, and
 * is no sandbox key, which changes nothing there. */
MUST_CHECK enum rc manage_may_change(struct web *web);

/* The answer to a call that was performed: the provider's own, in the proxy dialect in its
 * envelope. */
MUST_CHECK enum rc manage_answer(struct web *web, const struct management *m);

#endif
