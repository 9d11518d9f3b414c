/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_DOCUMENTS_H
#define SITE_DOCUMENTS_H

#include "core/json.h"

/* The text of a file of docs/ that programs hand out: "openapi.json", "samples/send.py". A name
 * that is none of them is a bug(). */
const char *document(const char *name);

/*
 * The same description of the API as a Postman collection (v2.1): a folder for each tag, a request
 * for each operation with its first example. base_url, api_key, instance_id and phone are
 * variables, wherever the examples have them.
 */
json_t *postman_collection(struct op *op, const json_t *openapi, const char *base_url);

#endif
