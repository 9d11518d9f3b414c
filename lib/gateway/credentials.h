/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_CREDENTIALS_H
#define GATEWAY_CREDENTIALS_H

#include "core/op.h"

/* Sealing and opening of secrets in rows, for the verbs that keep them. column is one of these. */
#define SEALED_ACCESS_TOKEN "instance.access_token"
#define SEALED_APP_SECRET "instance.app_secret"
#define SEALED_PREVIOUS_APP_SECRET "instance.previous_app_secret"
#define SEALED_VERIFY_TOKEN "instance.verify_token"
#define SEALED_SECRET "endpoint.secret"
#define SEALED_PREVIOUS_SECRET "endpoint.previous_secret"
#define SEALED_BEARER "endpoint.bearer"
#define SEALED_HEADERS "endpoint.headers"
#define SEALED_KEY "api_key.sealed"

/* NULL for NULL and "". */
const char *credential_seal(struct op *op, const char *column, const char *id, const char *plain);

/* RC_INTERNAL when it does not open; NULL stays NULL. */
MUST_CHECK enum rc credential_open(struct op *op, const char **plain, const char *column,
				   const char *id, const char *sealed);

#endif
