/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_JSON_READ_H
#define CORE_JSON_READ_H

#include "core/json.h"

/* For json.c and json_out.c: the tree of JSON text that this house stored, as json_read_loose
 * would read it; a new reference, NULL when it is not JSON after all. */
json_t *json_parse_stored(const char *json);

#endif
