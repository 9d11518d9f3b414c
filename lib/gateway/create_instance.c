/* SPDX-License-Identifier: Apache-2.0 */
/*
 * create_instance - a new WhatsApp number
 *
 * Its slug is made once, from the first name, because customers write it into their programs; where
 * that is taken it gets a number.
 */
#include "core/ids.h"
#include "core/secret.h"
#include "gateway/credentials.h"
#include "gateway/manage_instances.h"
#include "gateway/people.h"
#include "store/instance_store.h"

enum { NAME_MAX_POINTS = 100, SLUG_TRIES = 9, SLUG_ROOM = 52, SUFFIX_LENGTH = 6 };

enum rc
instance_check_name(struct op *op, const char *name)
{
	size_t points = text_points(name);

	if (points < 1 || points > NAME_MAX_POINTS)
		return op_refuse(op, RC_INPUT, "name", "An instance's name has 1 to %d characters",
				 NAME_MAX_POINTS);
	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return op_refuse(op, RC_INPUT, "name",
					 "A name may not contain control characters");
	return RC_OK;
}

/* The slug, then with a number, at last with something random. */
static const char *
slug_for_try(struct op *op, const char *slug, int n)
{
	if (n == 1)
		return slug;
	if (n < SLUG_TRIES)
		return arena_printf(op->arena, "%.*s-%d", SLUG_ROOM, slug, n);
	return arena_printf(op->arena, "%.*s-%s", SLUG_ROOM, slug,
			    text_lower(op->arena, secret_base62(op->arena, SUFFIX_LENGTH)));
}

static enum rc
insert_instance(struct op *op, struct instance *instance, const char *slug)
{
	enum rc rc = RC_CONFLICT;

	for (int n = 1; n <= SLUG_TRIES && rc == RC_CONFLICT; n++) {
		struct batch *batch = batch_new(op);

		op_forgive(op);
		instance->slug = slug_for_try(op, slug, n);
		instance_store_insert(batch, instance);
		audit_add(op, batch, "instance.create", instance->id, instance->name);
		rc = db_commit(op, batch);
	}
	return rc;
}

enum rc
gateway_create_instance(struct op *op, struct instance *out, const char *name, const char *provider)
{
	struct instance instance = {
		.id = id_new(op, "inst"),
		.account_id = op->account_id,
		.name = text_trim(op->arena, name == NULL ? "" : name),
		.provider = text_empty(provider) ? "cloud" : provider,
		.state = "draft",
		.window_policy = "refuse",
		.created_at = op->now,
	};

	TRY(instance_check_name(op, instance.name));
	if (provider_of(instance.provider) == NULL)
		return op_refuse(op, RC_INPUT, "provider",
				 "There is no provider \"%s\" in this build: cloud",
				 instance.provider);
	instance.verify_token =
		credential_seal(op, SEALED_VERIFY_TOKEN, instance.id, secret_token(op->arena));
	TRY(insert_instance(op, &instance, instance_slug(op->arena, instance.name)));
	*out = instance;
	return RC_OK;
}
