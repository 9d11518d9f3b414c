/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_SEND_ANSWER_H
#define SITE_SEND_ANSWER_H

#include "site/site.h"

/* The answer to a send that has ended, whatever its outcome, in the send's dialect. */
MUST_CHECK enum rc send_answer(struct web *web, const struct send *send);

/* Meta's answer, or one of its shape, in the proxy dialect's envelope or bare. */
MUST_CHECK enum rc
send_answer_meta(struct web *web, const struct send *send, int status, struct bytes meta);

#endif
