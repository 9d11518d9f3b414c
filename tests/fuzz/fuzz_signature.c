/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as the signature of a webhook. The first byte says what becomes of the line after it:
 * the header as it is, or what is laid over a right one by either secret; the rest is the body.
 * Only the right signature in hex proves it, and only while its secret counts.
 */
#include "core/secret.h"
#include "provider/provider.h"

enum { HEADER_MAX = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
right_header(struct op *op, const char *secret, struct bytes body)
{
	unsigned char mac[SHA256_LEN];

	secret_hmac(bytes_of(secret), &body, 1, mac);
	return arena_printf(op->arena, "sha256=%s",
			    text_hex(op->arena, bytes_slice(mac, sizeof(mac))));
}

/* Bytes of the line that are no "~" stand in place of those of the right one. */
static const char *
laid_over(struct op *op, const char *right, const char *line)
{
	char *header = arena_dup(op->arena, right);

	for (size_t i = 0; header[i] != '\0' && line[i] != '\0'; i++)
		if (line[i] != '~')
			header[i] = line[i];
	return header;
}

static bool
is_right(const char *header, const char *right)
{
	size_t prefix = strlen("sha256=");

	return strncmp(header, right, prefix) == 0 &&
	       strcasecmp(header + prefix, right + prefix) == 0;
}

static void
check(struct op *op, const struct credentials *keys, struct bytes body, const char *header)
{
	bool right = keys->app_secret != NULL &&
		     is_right(header, right_header(op, keys->app_secret, body));
	enum rc rc;

	right = right || (keys->previous_app_secret != NULL &&
			  is_right(header, right_header(op, keys->previous_app_secret, body)));
	rc = cloud_provider.verify(op, keys, body, header);
	expect(rc == (right ? RC_OK : RC_AUTH));
	expect(right || text_equal(op->code, header[0] == '\0' ? "WH_002" : "WH_003"));
	op_forgive(op);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct credentials both = { .app_secret = "new", .previous_app_secret = "old" };
	const struct credentials fresh = { .app_secret = "new" }, none = { .app_secret = NULL };
	const uint8_t *end = size > 1 ? memchr(data + 1, '\n', size - 1) : NULL;
	const char *line, *header;
	struct bytes body;
	struct op *op;

	if (end == NULL || end - data > HEADER_MAX)
		return 0;
	secret_start();
	op = op_begin("fuzz");
	line = arena_dupn(op->arena, data + 1, (size_t)(end - data - 1));
	body = bytes_slice(end + 1, size - (size_t)(end - data) - 1);
	header = line;
	if (data[0] % 3 != 0)
		header = laid_over(op, right_header(op, data[0] % 3 == 1 ? "new" : "old", body),
				   line);
	check(op, &both, body, header);
	check(op, &fresh, body, header);
	check(op, &none, body, header);
	op_end(op);
	return 0;
}
