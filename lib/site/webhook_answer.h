/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_WEBHOOK_ANSWER_H
#define SITE_WEBHOOK_ANSWER_H

#include "site/site.h"

/* Answer the provider for what a verb of gateway/receive.h or web_body() refused. */
MUST_CHECK enum rc webhook_refuse(struct web *web, enum rc rc);

#endif
