/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_sign - the three signatures that a delivery can carry
 *
 * Receivers come with code for one of them: the gateway's own header, Standard Webhooks, or Meta's.
 * All are over the bytes that are sent, so that nobody has to print JSON the way we do.
 */
#include "gateway/deliver_sign.h"

#include "core/secret.h"

static const char *
hex_hmac(struct op *op, const char *secret, const struct bytes *parts, size_t n)
{
	unsigned char mac[SHA256_LEN];

	secret_hmac(bytes_of(secret), parts, n, mac);
	return arena_printf(op->arena, "sha256=%s",
			    text_hex(op->arena, bytes_slice(mac, sizeof(mac))));
}

const char *
sign_gateway(struct op *op, const char *secret, const char *timestamp, struct bytes body)
{
	const struct bytes parts[] = { bytes_of(timestamp), bytes_of("."), body };

	return hex_hmac(op, secret, parts, ARRAY_LEN(parts));
}

const char *
sign_hub(struct op *op, const char *secret, struct bytes body)
{
	return hex_hmac(op, secret, &body, 1);
}

static struct bytes
standard_key(struct op *op, const char *secret)
{
	static const char prefix[] = "whsec_";
	struct bytes key;

	if (text_starts(secret, prefix) &&
	    text_unbase64(op->arena, secret + strlen(prefix), &key) && key.n > 0)
		return key;
	return bytes_of(secret);
}

const char *
sign_standard(struct op *op, const char *secret, const char *id, int64_t seconds, struct bytes body)
{
	const char *head = arena_printf(op->arena, "%s.%lld.", id, (long long)seconds);
	const struct bytes parts[] = { bytes_of(head), body };
	unsigned char mac[SHA256_LEN];

	secret_hmac(standard_key(op, secret), parts, ARRAY_LEN(parts), mac);
	return arena_printf(op->arena, "v1,%s",
			    text_base64(op->arena, bytes_slice(mac, sizeof(mac))));
}
