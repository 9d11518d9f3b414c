/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint - a customer's webhook destination: what it shows and which headers it may ask for
 *
 * A customer's own headers must not be able to forge ours, change how the body is read, or
 * split the request.
 */
#include "domain/instance.h"

const struct shape endpoint_shape[] = {
	SHAPE(struct endpoint, id),
	SHAPE(struct endpoint, account_id),
	SHAPE(struct endpoint, url),
	SHAPE(struct endpoint, format),
	SHAPE(struct endpoint, events),
	SHAPE(struct endpoint, disabled_reason),
	SHAPE(struct endpoint, updated_by),
	SHAPE_HIDDEN(struct endpoint, secret),
	SHAPE_HIDDEN(struct endpoint, bearer),
	SHAPE_HIDDEN(struct endpoint, headers),
	SHAPE(struct endpoint, message_types),
	SHAPE_HIDDEN(struct endpoint, previous_secret),
	SHAPE(struct endpoint, previous_until),
	SHAPE(struct endpoint, switched_at),
	SHAPE(struct endpoint, all_instances),
	SHAPE(struct endpoint, include_read),
	SHAPE(struct endpoint, enabled),
	SHAPE(struct endpoint, failing_since),
	SHAPE(struct endpoint, created_at),
	SHAPE(struct endpoint, updated_at),
	SHAPE(struct endpoint, deleted_at),
	SHAPE_HIDDEN(struct endpoint, failing_attempts),
	SHAPE_HIDDEN(struct endpoint, held_until),
	SHAPE(struct endpoint, disabled_at),
	SHAPE_END,
};

/* Hop-by-hop ones by RFC 9110 7.6.1 and RFC 2616 13.5.1; a name that ends in "-" is a prefix. */
static const char *const reserved[] = {
	"host",     "content-", "connection", "keep-alive",
	"proxy-",   "te",       "trailer",    "transfer-encoding",
	"upgrade",  "expect",   "user-agent", "x-whatsapp-gateway-",
	"webhook-", "x-hub-",
};

static bool
is_reserved(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++) {
		size_t n = strlen(reserved[i]);

		if (strncasecmp(name, reserved[i], n) == 0 &&
		    (reserved[i][n - 1] == '-' || name[n] == '\0'))
			return true;
	}
	return false;
}

/* A token of RFC 9110 5.6.2. */
static bool
is_token(const char *name)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	return name[0] != '\0' && name[strspn(name, token)] == '\0';
}

const char *
endpoint_header_problem(const char *name, const char *value, bool bearer)
{
	if (!is_token(name))
		return "is no header name: use letters, digits and dashes";
	if (is_reserved(name))
		return "is set by the gateway itself: choose another name";
	if (bearer && text_equal_nocase(name, "authorization"))
		return "is taken by the bearer secret: remove one of the two";
	for (const char *c = value; *c != '\0'; c++)
		if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
			return "has a line break or control character in its value";
	return NULL;
}
