/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_ERROR_HELP_H
#define SITE_ERROR_HELP_H

#include "domain/refusal.h"

/* Does the same request make sense again? */
enum again { AGAIN_MISSING, AGAIN_NEVER, AGAIN_CHANGED, AGAIN_LATER };

/* What the error reference says about a refusal. */
struct error_help {
	const char *when; /* it happens */
	const char *what; /* to do */
	enum again again;
};

/* Of every refusal but REFUSAL_NONE. */
const struct error_help *error_help(enum refusal refusal);

/* "no", "after a change", "yes, later" */
const char *error_again_text(enum again again);

/* Codes that answer the provider's webhooks, which no customer sends. */
struct webhook_error {
	const char *code, *group;
	int status;
	struct error_help help;
};
enum { WEBHOOK_ERRORS = 3 };
extern const struct webhook_error webhook_errors[WEBHOOK_ERRORS];

#endif
