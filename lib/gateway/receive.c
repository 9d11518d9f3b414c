/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receive - what the provider sends, from its signature to the durable inbox
 *
 * The signature is over the raw bytes, and nothing of a body that does not prove it is kept. What
 * is proved is stored as it came, in one durable write that wakes the worker, before anybody looks
 * into it: the provider waits for no parser, and what we do not understand is not lost.
 */
#include "gateway/receive.h"

#include "core/ids.h"
#include "core/secret.h"
#include "core/settings.h"
#include "gateway/manage_instances.h"
#include "store/inbox_store.h"
#include "store/instance_store.h"

/* The secrets of the address: the instance's own Meta app, or the operator's. */
static enum rc
secrets_of(struct op *op, struct credentials *out, const char *instance_id)
{
	struct instance instance = { 0 };
	enum rc rc;

	if (instance_id == NULL) {
		out->app_secret = settings()->cloud_app_secret;
		out->previous_app_secret = settings()->cloud_previous_app_secret;
		out->verify_token = settings()->cloud_verify_token;
		return RC_OK;
	}
	rc = instance_store_by_id(op, &instance, instance_id);
	if (rc == RC_MISSING)
		return op_fail(op, RC_MISSING, "There is no instance %s", instance_id);
	TRY(rc);
	if (instance.isolated_at.ms != 0)
		return op_fail(op, RC_BUSY, "Nothing comes in for %s: it is isolated", instance.id);
	return gateway_open_credentials(op, out, &instance);
}

enum rc
gateway_verify_webhook(struct op *op, const char *instance, const char *mode, const char *token)
{
	struct credentials own = { 0 };

	TRY(secrets_of(op, &own, instance));
	if (text_equal(mode, "subscribe") && !text_empty(own.verify_token) && token != NULL &&
	    secret_equal(bytes_of(own.verify_token), bytes_of(token)))
		return RC_OK;
	return op_refuse(op, RC_DENIED, "WH_001",
			 "The verify token is not the one that is configured here");
}

static enum rc
refuse_while_isolated(struct op *op)
{
	bool suspended, isolated;

	TRY(gateway_switches(op, &suspended, &isolated));
	if (isolated)
		return op_fail(op, RC_BUSY, "Nothing comes in: the gateway is isolated");
	return RC_OK;
}

/* Is the id a JSON string somewhere in the body? */
static bool
mentions(struct op *op, struct bytes raw, const char *id)
{
	const char *quoted;

	if (text_empty(id))
		return false;
	quoted = arena_printf(op->arena, "\"%s\"", id);
	return memmem(raw.p, raw.n, quoted, strlen(quoted)) != NULL;
}

/* A body for several numbers cannot be taken in part: when one of them is isolated, all of it has
 * to come again. Rare enough to look for the number without parsing. */
static enum rc
refuse_for_isolated_numbers(struct op *op, struct bytes raw)
{
	struct list numbers;
	const struct isolated *rows;

	TRY(inbox_store_isolated(op, &numbers));
	rows = numbers.rows;
	for (size_t i = 0; i < numbers.n; i++)
		if (mentions(op, raw, rows[i].phone_number_id))
			return op_fail(op, RC_BUSY,
				       "Nothing comes in for number %s: it is isolated",
				       rows[i].phone_number_id);
	return RC_OK;
}

static enum rc
store_raw(struct op *op, const char *instance, struct bytes raw)
{
	struct batch *batch = batch_new(op);
	bool text = text_is_utf8(raw);
	struct inbox row = {
		.id = id_new(op, "box"),
		.provider = "cloud",
		.instance_id = instance,
		.raw = text ? arena_dupn(op->arena, raw.p, raw.n) : text_base64(op->arena, raw),
		.encoding = text ? "utf8" : "base64",
		.received_at = op->now,
	};

	inbox_store_insert(batch, &row);
	batch_wakes_worker(batch);
	return db_commit(op, batch);
}

enum rc
gateway_receive(struct op *op, const char *instance, struct bytes raw, const char *signature)
{
	struct credentials own = { 0 };

	TRY(refuse_while_isolated(op));
	TRY(secrets_of(op, &own, instance));
	TRY(cloud_verify(op, &own, raw, signature));
	TRY(refuse_for_isolated_numbers(op, raw));
	return store_raw(op, instance, raw);
}
