/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_size - webhooks that are made to cost
 *
 * Whoever has an app secret signs what they like. The limits are far above what Meta sends; what
 * is above them stays in the inbox as it came.
 */
#include "gateway/apply_size.h"

enum {
	ITEM_BYTES_MAX = 4 << 20, /* of one item once it is escaped; Meta's bodies end at 3 MB */
	OBJECTS_MAX = 50 * 1000,  /* of a document; Meta's have 1,000 updates at most */
	VALUES_MAX = 400 * 1000   /* the same */
};

enum rc
apply_check_body(struct op *op, struct bytes raw)
{
	size_t objects = 0, values = 0;

	for (size_t i = 0; i < raw.n; i++) {
		objects += raw.p[i] == '{';
		values += raw.p[i] == ',';
	}
	if (objects > OBJECTS_MAX || values > VALUES_MAX)
		return op_fail(op, RC_INPUT, "the webhook has more than %d objects or %d values",
			       OBJECTS_MAX, VALUES_MAX);
	return RC_OK;
}

/* Bytes of JSON once it is ASCII only. */
static size_t
escaped_size(struct bytes json)
{
	size_t n = 0;

	for (size_t i = 0; i < json.n; i++) {
		if (json.p[i] == 0x7f)
			n += 6;
		else if (json.p[i] >= 0x80)
			n += 3;
		else
			n += json.p[i] == '/' ? 2 : 1;
	}
	return n;
}

bool
apply_item_is_too_large(const struct happening *h)
{
	return escaped_size(h->item_raw) > ITEM_BYTES_MAX;
}
