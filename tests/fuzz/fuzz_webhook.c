/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a webhook of Meta. What is taken apart can be put together again, is ASCII, and
 * reads as the same item with the same contact.
 */
#include "core/secret.h"
#include "provider/provider.h"

enum { CHECKED_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_document(struct op *op, const struct happening *item)
{
	const char *document = cloud_document(op, item);
	struct happenings again;

	for (const char *p = document; *p != '\0'; p++)
		expect(*p >= 0x20 && *p < 0x7f);
	expect(cloud_read(op, &again, bytes_of(document)) == RC_OK);
	expect(again.n == 1);
	expect(again.items[0].kind == item->kind);
	expect(json_equal(again.items[0].item, item->item));
	expect(item->contact == NULL || json_equal(again.items[0].contact, item->contact));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct happenings happened;
	struct op *op;

	secret_start();
	op = op_begin("fuzz");
	if (cloud_read(op, &happened, bytes_slice(data, size)) != RC_OK) {
		expect(op->why[0] != '\0');
		op_end(op);
		return 0;
	}
	for (size_t i = 0; i < happened.n && i < CHECKED_MAX; i++) {
		const struct happening *item = &happened.items[i];

		expect(item->item != NULL && item->item_raw.n > 0);
		if (item->kind == HAPPENED_MESSAGE)
			(void)cloud_text(item->item);
		check_document(op, item);
	}
	op_end(op);
	return 0;
}
