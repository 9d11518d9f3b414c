/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_APPLY_SIZE_H
#define GATEWAY_APPLY_SIZE_H

#include "provider/provider.h"

/* RC_INPUT: the body is made of so many parts that taking it apart would cost memory. */
MUST_CHECK enum rc apply_check_body(struct op *op, struct bytes raw);

/* Is the item larger than 4 MiB once it is ASCII? */
bool apply_item_is_too_large(const struct happening *happening);

#endif
