/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_ENDPOINTS_H
#define GATEWAY_ENDPOINTS_H

#include "gateway/manage_instances.h"

/* Customers' webhook destinations, in the op's account. */

/* For how long the secret before still signs after a rotation. */
#define ENDPOINT_OVERLAP_MS DAY_MS

struct endpoint_draft {
	const char *const *instances; /* refs; none: all of the account */
	size_t instance_count;
	const char *url, *format, *events, *bearer, *headers_json;
	const char *message_types; /* "text,image"; NULL: all */
	const char *secret;        /* NULL: generated */
	bool include_read;
	bool disabled;
};
/* *secret: the signing secret in the clear, shown once. */
MUST_CHECK enum rc gateway_create_endpoint(struct op *op, struct endpoint *out, const char **secret,
					   const struct endpoint_draft *draft);
MUST_CHECK enum rc gateway_find_endpoint(struct op *op, struct endpoint *out, const char *id);
/* struct instance it is bound to; none: it gets all of the account. */
MUST_CHECK enum rc
gateway_endpoint_instances(struct op *op, struct list *out, const struct endpoint *endpoint);
/* One whose events it gets, for a test; RC_CONFLICT when there is none. */
MUST_CHECK enum rc
gateway_endpoint_instance(struct op *op, struct instance *out, const struct endpoint *endpoint);
/* instance NULL: all of the account. */
MUST_CHECK enum rc gateway_list_endpoints(struct op *op, struct list *out, const char *instance);

/*
 * key: url, format, events, message_types, instances ("*" or refs), enabled (true|false),
 * include_read, bearer, headers (JSON), secret. A secret is changed as by a rotation. RC_INPUT with
 * the key in op->code.
 */
MUST_CHECK enum rc gateway_set_endpoint(struct op *op, const char *id,
					const struct instance_change *changes, size_t n);
/*
 * A new signing secret, made here when given is NULL. The one before signs beside it for
 * ENDPOINT_OVERLAP_MS, and alone makes the signatures that have room for one, until
 * gateway_switch_secret. Rotated again before that switch, the one that receivers know stays the
 * one before. *secret: in the clear, shown once.
 */
MUST_CHECK enum rc
gateway_rotate_secret(struct op *op, const char *id, const char *given, const char **secret);
/* RC_CONFLICT when there is nothing to switch. */
MUST_CHECK enum rc gateway_switch_secret(struct op *op, const char *id);
/* Does the secret before sign, and has the customer not switched? */
bool endpoint_is_rotating(const struct endpoint *endpoint, struct instant now);
MUST_CHECK enum rc gateway_delete_endpoint(struct op *op, const char *id);

/* How attempts went in the last 24 hours. */
MUST_CHECK enum rc
gateway_endpoint_attempts(struct op *op, int64_t *taken, int64_t *refused, const char *id);

/* What signs and what is sent along, in the clear; each may be NULL. */
struct endpoint_secrets {
	const char *secret, *bearer;
	const char *headers_json; /* {"name":"value"} */
	const char *previous;     /* signs too until then */
	struct instant previous_until;
	bool switched; /* where one signature fits it is by secret, not by previous */
};
MUST_CHECK enum rc
gateway_open_endpoint(struct op *op, struct endpoint_secrets *out, const struct endpoint *endpoint);

#endif
