/* SPDX-License-Identifier: Apache-2.0 */
/*
 * set_instance - changing what an instance is called, how it behaves and what it signs in with
 *
 * All changes of one call are stored together or not at all. A phone_number_id names one instance
 * over all accounts, and without proof nobody may take one; credentials are sealed before they
 * reach the store, and the state follows them.
 */
#include "core/secret.h"
#include "gateway/credentials.h"
#include "gateway/instance_state.h"
#include "gateway/manage_instances.h"
#include "gateway/people.h"
#include "store/instance_state_store.h"
#include "store/instance_store.h"
#include "store/template_store.h"

enum { SECRET_MAX = 1024, NUMBER_ID_MAX = 32, DISPLAY_MAX = 32 };

/* As long as Meta repeats what it signed and could not deliver. */
#define PREVIOUS_SECRET_MS (7 * DAY_MS)

typedef enum rc setter(struct op *op, struct instance *instance, const char *value);

static enum rc
set_name(struct op *op, struct instance *instance, const char *value)
{
	instance->name = text_trim(op->arena, value);
	return instance_check_name(op, instance->name);
}

static enum rc
set_window(struct op *op, struct instance *instance, const char *value)
{
	if (!text_equal(value, "refuse") && !text_equal(value, "meta"))
		return op_refuse(op, RC_INPUT, "window", "window is refuse or meta");
	instance->window_policy = value;
	return RC_OK;
}

static enum rc
set_phone_app(struct op *op, struct instance *instance, const char *value)
{
	instance->phone_app = text_equal(value, "on");
	if (instance->phone_app || text_equal(value, "off"))
		return RC_OK;
	return op_refuse(op, RC_INPUT, "phone_app",
			 "phone_app is on when people use the number with the phone app too, else "
			 "off");
}

static enum rc
set_fetch_media(struct op *op, struct instance *instance, const char *value)
{
	instance->fetch_media = text_equal(value, "on");
	if (instance->fetch_media || text_equal(value, "off"))
		return RC_OK;
	return op_refuse(op, RC_INPUT, "fetch_media",
			 "fetch_media is on when files that people send are to be fetched and kept "
			 "here, else off");
}

/* Meta's ids are decimal numbers that do not fit every integer. */
static enum rc
check_number_id(struct op *op, const char *key, const char **value)
{
	const char *digits = text_trim(op->arena, *value);
	size_t n = strlen(digits);

	if (n > NUMBER_ID_MAX || digits[strspn(digits, "0123456789")] != '\0')
		return op_refuse(op, RC_INPUT, key, "%s is a number of at most %d digits", key,
				 NUMBER_ID_MAX);
	*value = n == 0 ? NULL : digits;
	return RC_OK;
}

static enum rc
set_phone_number_id(struct op *op, struct instance *instance, const char *value)
{
	TRY(check_number_id(op, "phone_number_id", &value));
	instance->phone_number_id = value;
	return RC_OK;
}

static enum rc
set_waba_id(struct op *op, struct instance *instance, const char *value)
{
	TRY(check_number_id(op, "waba_id", &value));
	instance->waba_id = value;
	return RC_OK;
}

static enum rc
set_display_number(struct op *op, struct instance *instance, const char *value)
{
	const char *text = text_trim(op->arena, value);

	if (strlen(text) > DISPLAY_MAX || text[strspn(text, "+0123456789 -().")] != '\0')
		return op_refuse(op, RC_INPUT, "display_number",
				 "A display number looks like +966 50 000 0001");
	instance->display_number = *text == '\0' ? NULL : text;
	return RC_OK;
}

/* Trimmed, because they are pasted; sealed as that column of that row. */
static enum rc
seal_value(struct op *op, const char **sealed, const char *column, const struct instance *instance,
	   const char *value)
{
	const char *key = strchr(column, '.') + 1;
	const char *plain = text_trim(op->arena, value);

	for (const char *c = plain; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
			return op_refuse(op, RC_INPUT, key,
					 "%s has a blank or an unusual character in it: paste it "
					 "again",
					 key);
	if (strlen(plain) > SECRET_MAX)
		return op_refuse(op, RC_INPUT, key, "%s has at most %d characters", key,
				 SECRET_MAX);
	*sealed = credential_seal(op, column, instance->id, plain);
	return RC_OK;
}

static enum rc
set_access_token(struct op *op, struct instance *instance, const char *value)
{
	return seal_value(op, &instance->access_token, SEALED_ACCESS_TOKEN, instance, value);
}

static enum rc
set_verify_token(struct op *op, struct instance *instance, const char *value)
{
	return seal_value(op, &instance->verify_token, SEALED_VERIFY_TOKEN, instance, value);
}

/* The old secret stays accepted for a while, because Meta signs with it until the app's owner has
 * changed it there too. */
static enum rc
set_app_secret(struct op *op, struct instance *instance, const char *value)
{
	const char *old, *sealed = NULL;

	TRY(seal_value(op, &sealed, SEALED_APP_SECRET, instance, value));
	TRY(credential_open(op, &old, SEALED_APP_SECRET, instance->id, instance->app_secret));
	if (!text_empty(old) && !text_equal(old, text_trim(op->arena, value))) {
		instance->previous_app_secret =
			credential_seal(op, SEALED_PREVIOUS_APP_SECRET, instance->id, old);
		instance->previous_app_secret_until = clock_after(op->now, PREVIOUS_SECRET_MS);
	}
	instance->app_secret = sealed;
	return RC_OK;
}

/* It can be ended before its time, and not be set: it is what app_secret was. */
static enum rc
set_previous_app_secret(struct op *op, struct instance *instance, const char *value)
{
	if (*value != '\0')
		return op_refuse(op, RC_INPUT, "previous_app_secret",
				 "previous_app_secret can only be set to nothing, which ends it at "
				 "once; a change of app_secret sets it");
	instance->previous_app_secret = NULL;
	instance->previous_app_secret_until.ms = 0;
	return RC_OK;
}

/* What a setting does beyond itself: the state follows it; the customer is told of it. */
struct change_effect {
	bool moves_state, is_told;
};

static const struct {
	const char *key;
	setter *set;
	struct change_effect effect;
} keys[] = {
	{ "name", set_name, { false, false } },
	{ "window", set_window, { false, false } },
	{ "phone_app", set_phone_app, { false, false } },
	{ "fetch_media", set_fetch_media, { false, false } },
	{ "phone_number_id", set_phone_number_id, { true, true } },
	{ "waba_id", set_waba_id, { false, true } },
	{ "access_token", set_access_token, { true, true } },
	{ "app_secret", set_app_secret, { false, true } },
	{ "previous_app_secret", set_previous_app_secret, { false, false } },
	{ "verify_token", set_verify_token, { false, false } },
	{ "display_number", set_display_number, { false, false } },
};

static enum rc
apply_change(struct op *op, struct instance *instance, const struct instance_change *change,
	     struct change_effect *effect)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!text_equal(keys[i].key, change->key))
			continue;
		effect->moves_state = effect->moves_state || keys[i].effect.moves_state;
		effect->is_told = effect->is_told || keys[i].effect.is_told;
		return keys[i].set(op, instance, change->value == NULL ? "" : change->value);
	}
	return op_refuse(op, RC_INPUT, "key",
			 "An instance has no setting \"%s\": name, window, phone_app, "
			 "fetch_media, phone_number_id, waba_id, access_token, app_secret, "
			 "previous_app_secret, verify_token, display_number",
			 change->key);
}

/* The names of what was changed, for the trail: never the values. */
static const char *
names_of(struct op *op, const struct instance_change *changes, size_t n)
{
	const char *names = "";

	for (size_t i = 0; i < n; i++)
		names = arena_printf(op->arena, "%s%s%s", names, i == 0 ? "" : ", ",
				     changes[i].key);
	return names;
}

/* An instance that still lacks something has nothing to tell. */
static enum rc
tell_change(struct op *op, struct batch *batch, const struct instance *instance, const char *was)
{
	if (text_equal(was, "draft") && text_equal(instance->state, "draft"))
		return RC_OK;
	return instance_announce(op, batch, instance, was, "The credentials have changed");
}

/* was NULL: none of the credentials is among the changes. */
static enum rc
store_changes(struct op *op, const struct instance *instance, const char *was, const char *names)
{
	struct batch *batch = batch_new(op);
	enum rc rc;

	instance_store_update(batch, instance);
	if (instance->state_cause == NULL)
		instance_state_store_own(batch, instance->id);
	if (instance->waba_id != NULL)
		template_store_want(batch, instance->waba_id, op->now, true);
	audit_add(op, batch, "instance.set", instance->id, names);
	if (was != NULL)
		TRY(tell_change(op, batch, instance, was));
	rc = db_commit(op, batch);
	if (rc != RC_CONFLICT)
		return rc;
	op_forgive(op);
	return op_refuse(op, rc, "phone_number_id",
			 "The phone_number_id %s belongs to another instance already",
			 instance->phone_number_id);
}

enum rc
gateway_set_instance(struct op *op, const char *ref, const struct instance_change *changes,
		     size_t n, bool verified)
{
	struct instance instance = { 0 };
	struct change_effect effect = { false, false };
	const char *old_number, *was;

	TRY(gateway_find_instance(op, &instance, ref));
	old_number = instance.phone_number_id;
	was = instance.state;
	for (size_t i = 0; i < n; i++)
		TRY(apply_change(op, &instance, &changes[i], &effect));
	if (!verified && instance.phone_number_id != NULL &&
	    !text_equal(instance.phone_number_id, old_number))
		return op_refuse(op, RC_INPUT, "phone_number_id",
				 "Meta has not confirmed this phone_number_id with this token");
	if (effect.moves_state) {
		instance.state = instance_state_for(&instance);
		instance.state_reason = instance.state_cause = NULL;
	}
	return store_changes(op, &instance, effect.is_told ? was : NULL, names_of(op, changes, n));
}
