/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_MEDIA_INSIDE_H
#define GATEWAY_MEDIA_INSIDE_H

#include "gateway/send_inside.h"
#include "gateway/transfer_media.h"

/* Between the files of media; nobody else includes this. */

/* One more request by the key; refuses where its quota for media is used up. */
MUST_CHECK enum rc media_quota_take(struct op *op, struct media *media, const char *key_id);

/* The instance's token, and its driver in media->work; a refusal, or RC_INTERNAL. */
MUST_CHECK enum rc media_credentials(struct media *media, struct credentials *credentials);

/* Refuse by what the provider answered, or by its silence. */
MUST_CHECK enum rc media_refuse_result(struct media *media, const struct send_result *result);

/* Ask the provider for media->object; the answer is in media->send.provider_answer. Refuses where
 * there is no such file, a sandbox key's always. */
MUST_CHECK enum rc media_ask(struct op *op, struct media *media);

/* Is it kept here? Then media->kept. RC_MISSING: no. */
MUST_CHECK enum rc media_find_kept(struct op *op, struct media *media);
/* The provider's object as it would be told about, from what is kept, in
 * media->send.provider_answer. */
void media_tell_kept(struct op *op, struct media *media);

/* The address of ours for media->id. */
const char *media_link(struct op *op, const struct media *media);

#endif
