/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_MEDIA_ANSWER_H
#define SITE_MEDIA_ANSWER_H

#include "gateway/transfer_media.h"
#include "site/site.h"

/* Requests about media in and out, in their dialects. */

/* A request as its address and headers say it, let in, otherwise as
 * gateway_admit_media. */
MUST_CHECK enum rc media_enter(struct web *web, struct media **out, bool upload);

/* The end of a request: what came of it if rc is RC_OK or a refusal, otherwise the rc. own: what
 * stands for Meta's answer where Meta was not asked. */
MUST_CHECK enum rc
media_answer(struct web *web, const struct media *media, enum rc rc, const char *own);

/* A download that has begun, or the refusal. */
MUST_CHECK enum rc media_answer_bytes(struct web *web, struct media *media, enum rc rc);
/* The same behind an address of ours, which is simply not there any longer when the provider
 * refuses. */
MUST_CHECK enum rc media_answer_link(struct web *web, struct media *media, enum rc rc);

/* What media_answer_bytes answered, for a browser of ours: pictures, sound and films of known kinds
 * may be shown, everything else is to be saved, under the name that the sender gave it. */
void media_answer_shown(struct web *web, const struct media *media);

/* A Range header that may be passed on, or NULL. */
const char *media_range(struct web *web);

#endif
