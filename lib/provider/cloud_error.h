/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROVIDER_CLOUD_ERROR_H
#define PROVIDER_CLOUD_ERROR_H

#include "provider/provider.h"

/* What an error code of the Graph API means for a send. */
enum {
	CLOUD_RETRYABLE = 1, /* the same request may succeed later */
	CLOUD_STOPS = 2,     /* token or permission: every further send would fail alike */
	CLOUD_AMBIGUOUS = 4, /* Meta's own trouble: the message may have been accepted */
	CLOUD_NUMBER = 8     /* not this message alone: nothing goes out by the number for now */
};
unsigned cloud_error_class(int64_t code);

/* Fill *out from the Graph error object of an answer ({"error":{...}}); false when root holds
 * none with a numeric code. */
bool cloud_error_read(struct op *op, struct provider_error *out, const json_t *root);

/* When the same message may be sent again, by the error's code and the answer's headers. */
void cloud_error_wait(struct op *op, struct provider_error *error, const struct net_call *call);

/* "(#131026) Message undeliverable: details" for people. */
const char *cloud_error_words(struct op *op, const struct provider_error *error);

#endif
