/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_REFUSAL_H
#define DOMAIN_REFUSAL_H

#include <stdbool.h>

#include "core/rc.h"

/*
 * Everything a send can be refused for, once: the product's word and rc here; each dialect's
 * code, status and text beside it in site/dialect.c. The order is the pipeline's.
 */
enum refusal {
	REFUSAL_NONE,
	REFUSAL_KEY_MISSING, /* no Authorization header */
	REFUSAL_KEY_FORM,    /* not "Bearer <token>" */
	REFUSAL_KEY_UNKNOWN, /* wrong check sum or unknown */
	REFUSAL_KEY_EXPIRED, /* the sentence says since when */
	REFUSAL_KEY_REVOKED,
	REFUSAL_SCOPE,
	REFUSAL_ADDRESS, /* the key is not for the address it came from; the second of its word */
	REFUSAL_MODULE,
	REFUSAL_ACCOUNT_PAUSED,
	REFUSAL_GATEWAY_SUSPENDED,
	REFUSAL_JSON,
	REFUSAL_FIELD,     /* a field that is no recipient; the first of its word */
	REFUSAL_RECIPIENT, /* field "to" / "phone" */
	REFUSAL_PURPOSE_MISSING,
	REFUSAL_PURPOSE,
	REFUSAL_INSTANCE_UNKNOWN,
	REFUSAL_INSTANCE_PAUSED,
	REFUSAL_INSTANCE_STATE,
	REFUSAL_IN_PROGRESS,  /* the idempotency key's first request is still running */
	REFUSAL_MISMATCH,     /* the idempotency key came with another body before */
	REFUSAL_UNKNOWN_TWIN, /* the same body to the same key is of unknown outcome */
	REFUSAL_RATE,         /* per key or number; details: limit_type, retry_after */
	REFUSAL_PAIR,         /* to one recipient */
	REFUSAL_DAY_LIMIT,
	REFUSAL_MONTH_LIMIT,
	REFUSAL_BALANCE,
	REFUSAL_SUPPRESSED,
	REFUSAL_WINDOW,  /* free-form outside the conversation window */
	REFUSAL_POLICY,  /* velocity and risk */
	REFUSAL_EXPIRED, /* past valid_until at dispatch; told by events, never by an answer */
	REFUSAL_NOT_CANCELLABLE,
	REFUSAL_METHOD,
	REFUSAL_NOT_FOUND,
	REFUSAL_TOO_LARGE,
	REFUSAL_MEDIA_TYPE,
	REFUSAL_BUSY, /* certainly not sent */
	REFUSAL_INTERNAL,
	REFUSAL_PROVIDER,        /* refused by the provider */
	REFUSAL_UNKNOWN_OUTCOME, /* the provider may or may not have it */
	REFUSAL__MAX
};

/* "recipient_suppressed": the guarded dialect's word, also used in logs and events. */
const char *refusal_word(enum refusal refusal);
enum rc refusal_rc(enum refusal refusal);

#endif
