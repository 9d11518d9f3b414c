/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

/* A data folder of its own with the product's database in it, an account, an instance and an
 * endpoint, for tests that need more than one row. Writes are committed in-process. */
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "core/ids.h"
#include "core/secret.h"
#include "core/settings.h"
#include "store/account_store.h"
#include "store/catalog.h"
#include "store/endpoint_store.h"
#include "store/instance_store.h"
#include "unit.h"

static char store_dir[64];

static const struct instance fixture_instance = {
	.id = "inst_fixture",
	.account_id = "acc_fixture",
	.slug = "front-desk",
	.name = "Front Desk",
	.provider = "cloud",
	.state = "open",
	.window_policy = "meta",
	.phone_number_id = "106540352242922",
	.waba_id = "102290129340398",
	.created_at = { 1000 },
};

static inline void
store_write_file(const char *name, const char *text)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", store_dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static inline struct op *
fixture_op(void)
{
	struct op *op = op_begin("test");

	op->account_id = fixture_instance.account_id;
	return op;
}

/* The rc of a call in an op of its own, in the fixture's account. */
#define RC_OF(op, call)                       \
	({                                    \
		struct op *op = fixture_op(); \
		enum rc rc_of_ = (call);      \
		op_end(op);                   \
		rc_of_;                       \
	})

static inline void
must(struct op *op, enum rc rc)
{
	if (rc != RC_OK)
		fail_msg("%s: %s", rc_text(rc), op->why);
}

static inline void
fixture_endpoint(const char *id, const char *format, const char *events)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct endpoint endpoint = {
		.id = id,
		.url = "http://127.0.0.1:9/hook",
		.format = format,
		.events = events,
		.all_instances = true,
		.enabled = true,
		.updated_by = "test",
		.created_at = op->now,
		.updated_at = op->now,
	};

	endpoint_store_insert(batch, &endpoint);
	must(op, db_commit(op, batch));
	op_end(op);
}

static inline void
fixture_account(struct op *op)
{
	struct batch *batch = batch_new(op);
	struct account account = {
		.id = fixture_instance.account_id,
		.name = "Fixture",
		.plan = "unlimited",
		.time_zone = "UTC",
		.marketing = "refuse",
		.essential_purposes = "authentication",
		.send_module = true,
		.created_at = { 1000 },
	};

	account_store_insert(batch, &account);
	instance_store_insert(batch, &fixture_instance);
	instance_store_update(batch, &fixture_instance);
	must(op, db_commit(op, batch));
}

/* extra: lines of the configuration, may be "". */
static inline void
store_begin(const char *extra)
{
	const char *problems = "";
	char text[512], path[128];
	struct op *op;
	int applied;

	secret_start();
	snprintf(store_dir, sizeof(store_dir), "/tmp/wagate-store-XXXXXX");
	assert_non_null(mkdtemp(store_dir));
	snprintf(text, sizeof(text), "[database]\nwriter = inline\n%s", extra);
	store_write_file("wagate.conf", text);
	snprintf(path, sizeof(path), "%s/wagate.conf", store_dir);
	if (settings_load(path, &problems) != RC_OK)
		fail_msg("%s", problems);
	op = fixture_op();
	must(op, secret_key_create(op, settings()->secrets_master_key));
	secret_key_load(settings()->secrets_master_key);
	must(op, db_migrate(op, &store_catalog, &applied));
	must(op, db_open(op, &store_catalog, false));
	fixture_account(op);
	op_end(op);
}

static inline int
store_remove_one(const char *path, const struct stat *st, int flag, struct FTW *where)
{
	(void)st;
	(void)flag;
	(void)where;
	return remove(path);
}

static inline void
store_end(void)
{
	db_close();
	nftw(store_dir, store_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline int
setup_store(void **state)
{
	(void)state;
	store_begin("");
	return 0;
}

/* With the op that a set-up of its own may have left in *state. */
static inline int
teardown_store(void **state)
{
	op_end(*state);
	store_end();
	return 0;
}

#endif
