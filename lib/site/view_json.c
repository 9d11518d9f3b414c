/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_json - JSON as people read it
 *
 * For texts that were stored as they came: what is no JSON is shown as it is.
 */
#include "core/json.h"
#include "site/view.h"

/* Keys stay in the order in which they came; nothing is re-sorted. */
const char *
view_json(struct op *op, const char *json)
{
	json_t *value;
	char *text;

	if (text_empty(json) || json_read_loose(op, &value, bytes_of(json)) != RC_OK) {
		op_forgive(op);
		return json;
	}
	text = json_dumps(value, JSON_INDENT(2) | JSON_ENCODE_ANY);
	if (text == NULL)
		return json;
	arena_defer(op->arena, free, text);
	return text;
}
