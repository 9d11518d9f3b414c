/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_FORM_ONCE_H
#define GATEWAY_FORM_ONCE_H

#include "core/op.h"

/* A form that makes something counts once, however often it is sent; in the op's account. */

/* A number for a form. */
const char *gateway_once_new(struct op *op);

/* RC_CONFLICT when it has counted within a day; RC_INPUT when it is no such number. */
MUST_CHECK enum rc gateway_once_claim(struct op *op, const char *nonce);

/* Nothing was made after all: it may count again. */
MUST_CHECK enum rc gateway_once_release(struct op *op, const char *nonce);

#endif
