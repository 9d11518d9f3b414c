/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoints - customers' webhook destinations: made and removed
 *
 * Secrets and headers are sealed; the signing secret is shown by the call that makes it and by no
 * other.
 */
#include "core/ids.h"
#include "core/secret.h"
#include "gateway/credentials.h"
#include "gateway/endpoint_inside.h"
#include "gateway/people.h"
#include "store/endpoint_store.h"
#include "store/instance_store.h"

enum { SECRET_BYTES = 32 };

const char *
endpoint_make_secret(struct op *op)
{
	unsigned char key[SECRET_BYTES];

	secret_random(key, sizeof(key));
	return arena_printf(op->arena, "whsec_%s",
			    text_base64(op->arena, bytes_slice(key, sizeof(key))));
}

/* All named instances, each once per name given; names are resolved before anything is stored. */
enum rc
endpoint_bind(struct op *op, struct batch *batch, const char *endpoint_id, const char *const *refs,
	      size_t n)
{
	const char **ids = arena_array(op->arena, n + 1, sizeof(*ids));

	for (size_t i = 0; i < n; i++) {
		struct instance instance = { 0 };
		bool twice = false;

		TRY(gateway_find_instance(op, &instance, refs[i]));
		ids[i] = instance.id;
		for (size_t k = 0; k < i; k++)
			twice = twice || text_equal(ids[k], instance.id);
		if (!twice)
			endpoint_store_bind(batch, endpoint_id, instance.id);
	}
	return RC_OK;
}

enum rc
gateway_create_endpoint(struct op *op, struct endpoint *out, const char **secret,
			const struct endpoint_draft *draft)
{
	struct batch *batch = batch_new(op);
	const char *signing = draft->secret == NULL ? endpoint_make_secret(op) : draft->secret;
	struct endpoint e = {
		.id = id_new(op, "ep"),
		.account_id = op->account_id,
		.all_instances = draft->instance_count == 0,
		.url = draft->url,
		.format = draft->format,
		.events = draft->events,
		.message_types = text_empty(draft->message_types) ? NULL : draft->message_types,
		.include_read = draft->include_read,
		.enabled = !draft->disabled,
		.created_at = op->now,
		.updated_at = op->now,
		.updated_by = op->actor,
	};

	TRY(endpoint_check(op, draft));
	e.secret = credential_seal(op, SEALED_SECRET, e.id, signing);
	e.bearer = credential_seal(op, SEALED_BEARER, e.id, draft->bearer);
	e.headers = credential_seal(op, SEALED_HEADERS, e.id, draft->headers_json);
	endpoint_store_insert(batch, &e);
	TRY(endpoint_bind(op, batch, e.id, draft->instances, draft->instance_count));
	audit_add(op, batch, "endpoint.create", e.id, e.url);
	TRY(db_commit(op, batch));
	*secret = signing;
	*out = e;
	return RC_OK;
}

enum rc
gateway_delete_endpoint(struct op *op, const char *id)
{
	struct batch *batch = batch_new(op);
	struct endpoint e = { 0 };

	TRY(gateway_find_endpoint(op, &e, id));
	endpoint_store_delete(batch, e.id, op->now);
	audit_add(op, batch, "endpoint.delete", e.id, e.url);
	return db_commit(op, batch);
}
