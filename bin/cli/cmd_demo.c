/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demo account: an instance that talks to the simulator, an owner and an operator who can
 * sign in, two keys. Every secret is random per data directory and stands in demo.json alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli.h"
#include "core/secret.h"
#include "core/settings.h"
#include "gateway/keys.h"
#include "gateway/manage_instances.h"
#include "gateway/people.h"

enum { PASSWORD_LENGTH = 16, TOKEN_LENGTH = 48, SECRET_BYTES = 16, ID_DIGITS = 15 };

static const char owner_email[] = "owner@demo.example";
static const char operator_email[] = "operator@demo.example";
static const char display_number[] = "15550123456";

struct demo {
	struct account account;
	struct instance instance;
	const char *phone_number_id, *waba_id, *access_token, *app_secret, *verify_token;
	const char *password, *operator_password, *production_key, *sandbox_key;
};

/* What Meta's ids look like: decimal, without a leading zero. */
static const char *
random_id(struct op *op)
{
	char *id = arena_alloc(op->arena, ID_DIGITS + 1);

	id[0] = (char)('1' + secret_uniform(9));
	for (size_t i = 1; i < ID_DIGITS; i++)
		id[i] = (char)('0' + secret_uniform(10));
	return id;
}

static void
make_secrets(struct op *op, struct demo *demo)
{
	unsigned char key[SECRET_BYTES];

	secret_random(key, sizeof(key));
	demo->app_secret = text_hex(op->arena, bytes_slice(key, sizeof(key)));
	demo->phone_number_id = random_id(op);
	demo->waba_id = random_id(op);
	demo->access_token =
		arena_printf(op->arena, "EAA%s", secret_base62(op->arena, TOKEN_LENGTH));
	demo->verify_token = secret_base62(op->arena, TOKEN_LENGTH / 2);
	demo->password = secret_base62(op->arena, PASSWORD_LENGTH);
	demo->operator_password = secret_base62(op->arena, PASSWORD_LENGTH);
}

static enum rc
make_instance(struct op *op, struct demo *demo)
{
	const struct instance_change changes[] = {
		{ "window", "meta" },
		{ "phone_number_id", demo->phone_number_id },
		{ "waba_id", demo->waba_id },
		{ "access_token", demo->access_token },
		{ "app_secret", demo->app_secret },
		{ "verify_token", demo->verify_token },
		{ "display_number", display_number },
	};

	TRY(gateway_create_instance(op, &demo->instance, "Demo Support Line", "cloud"));
	return gateway_set_instance(op, demo->instance.id, changes, ARRAY_LEN(changes), true);
}

static enum rc
make_people(struct op *op, struct demo *demo)
{
	struct user user;

	TRY(gateway_create_user(op, &user, demo->account.id, owner_email, "Demo Owner", "owner",
				demo->password));
	return gateway_create_user(op, &user, demo->account.id, operator_email, "Demo Operator",
				   "operator", demo->operator_password);
}

static enum rc
make_keys(struct op *op, struct demo *demo)
{
	const struct key_draft production = { .name = "Demo production",
					      .environment = "production",
					      .instance = demo->instance.id };
	const struct key_draft sandbox = { .name = "Demo sandbox",
					   .environment = "sandbox",
					   .instance = demo->instance.id };
	struct api_key key;

	TRY(gateway_create_key(op, &key, &demo->production_key, &production));
	return gateway_create_key(op, &key, &demo->sandbox_key, &sandbox);
}

/* Whole or not at all, for the owner of the directory alone. */
static enum rc
write_json(struct op *op, const char *name, const json_t *value)
{
	const char *path = arena_printf(op->arena, "%s/%s", settings()->data_dir, name);
	const char *fresh = arena_printf(op->arena, "%s.new", path);
	struct bytes text = bytes_of(arena_printf(op->arena, "%s\n", json_text(op, value)));
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;

	if (fd >= 0 && close(fd) != 0)
		written = false;
	if (!written || rename(fresh, path) != 0)
		return op_fail(op, RC_INTERNAL, "Cannot write %s: %s", path, strerror(errno));
	return RC_OK;
}

static enum rc
write_simulator(struct op *op, const struct demo *demo)
{
	json_t *file = json_new(op), *numbers = json_new_array(op), *number = json_new(op);

	json_put(number, "phone_number_id", demo->phone_number_id);
	json_put(number, "waba_id", demo->waba_id);
	json_put(number, "display_phone_number", display_number);
	json_put(number, "verified_name", demo->instance.name);
	json_put(number, "callback_url",
		 arena_printf(op->arena, "/webhooks/meta/%s", demo->instance.id));
	json_put(number, "app_secret", demo->app_secret);
	json_put(number, "verify_token", demo->verify_token);
	json_put(number, "access_token", demo->access_token);
	json_array_append(numbers, number);
	json_object_set(file, "numbers", numbers);
	return write_json(op, "simulator.json", file);
}

static enum rc
write_facts(struct op *op, const struct demo *demo, const char *config)
{
	json_t *facts = json_new(op);

	json_put(facts, "url", settings()->web_url);
	json_put(facts, "config", config);
	json_put(facts, "account", demo->account.name);
	json_put(facts, "email", owner_email);
	json_put(facts, "password", demo->password);
	json_put(facts, "operator_email", operator_email);
	json_put(facts, "operator_password", demo->operator_password);
	json_put(facts, "instance_id", demo->instance.id);
	json_put(facts, "instance_name", demo->instance.name);
	json_put(facts, "phone_number_id", demo->phone_number_id);
	json_put(facts, "waba_id", demo->waba_id);
	json_put(facts, "verify_token", demo->verify_token);
	json_put(facts, "app_secret", demo->app_secret);
	json_put(facts, "production_key", demo->production_key);
	json_put(facts, "sandbox_key", demo->sandbox_key);
	return write_json(op, "demo.json", facts);
}

enum rc
demo_make(struct cli *cli, const char *config)
{
	struct op *op = cli->op;
	struct demo demo = { 0 };

	make_secrets(op, &demo);
	TRY(gateway_create_account(op, &demo.account, "Demo", NULL));
	TRY(gateway_set_account(op, demo.account.id, "marketing", "templates"));
	TRY(make_instance(op, &demo));
	TRY(make_people(op, &demo));
	TRY(make_keys(op, &demo));
	TRY(write_simulator(op, &demo));
	return write_facts(op, &demo, config);
}
