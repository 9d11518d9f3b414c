/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_FIXTURE_H
#define DB_FIXTURE_H

/* A data folder of its own with a small database, for the tests of lib/db. */
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sys/stat.h>

#include "core/log.h"
#include "core/secret.h"
#include "core/settings.h"
#include "core/text.h"
#include "db/db.h"
#include "unit.h"

struct thing {
	const char *id, *note, *extra;
	int64_t n;
	bool on;
	struct instant at;
	const char *computed;
};

__attribute__((unused)) static const struct shape thing_shape[] = {
	SHAPE(struct thing, id),
	SHAPE(struct thing, note),
	SHAPE_AS_JSON(struct thing, extra),
	SHAPE(struct thing, n),
	SHAPE(struct thing, on),
	SHAPE(struct thing, at),
	SHAPE_PAGE(struct thing, computed),
	SHAPE_END,
};

/* clang-format off */
__attribute__((unused)) static const struct stmt thing_insert = { "thing.insert", SCOPE_ACCOUNT,
	"INSERT INTO thing (account_id, id, note, extra, n, \"on\", at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)" };
__attribute__((unused)) static const struct stmt thing_add = { "thing.add", SCOPE_ACCOUNT,
	"UPDATE thing SET n = n + $3 WHERE id = $2 AND account_id = $1 RETURNING id, n" };
__attribute__((unused)) static const struct stmt thing_get = { "thing.get", SCOPE_ACCOUNT,
	"SELECT id, note, extra, n, \"on\", at FROM thing WHERE id = $2 AND account_id = $1" };
__attribute__((unused)) static const struct stmt thing_list = { "thing.list", SCOPE_ACCOUNT,
	"SELECT at, id, note, extra, \"on\", n FROM thing WHERE account_id = $1"
	" AND id > $2 ORDER BY id LIMIT $3" };
__attribute__((unused)) static const struct stmt thing_return = { "thing.return", SCOPE_ACCOUNT,
	"UPDATE thing SET n = n WHERE account_id = $1 AND id >= $2"
	" RETURNING id, note, extra, n, \"on\", at" };
__attribute__((unused)) static const struct stmt thing_count = { "thing.count", SCOPE_SYSTEM,
	"SELECT count(*) FROM thing" };
__attribute__((unused)) static const struct stmt thing_sum = { "thing.sum", SCOPE_SYSTEM,
	"SELECT sum(n) FROM thing" };
__attribute__((unused)) static const struct stmt thing_check = { "thing.check", SCOPE_SYSTEM,
	"SELECT 1 FROM thing WHERE id = $1" };
__attribute__((unused)) static const struct stmt thing_clear = { "thing.clear", SCOPE_SYSTEM, "DELETE FROM thing" };
__attribute__((unused)) static const struct stmt mark_insert = { "mark.insert", SCOPE_SYSTEM,
	"INSERT INTO mark (id) VALUES ($1)" };
__attribute__((unused)) static const struct stmt mark_count = { "mark.count", SCOPE_SYSTEM,
	"SELECT count(*) FROM mark" };
__attribute__((unused)) static const struct stmt thing_swap = { "thing.swap", SCOPE_SYSTEM,
	"SELECT $2 AS note, CAST($1 AS TEXT) AS id" };

static const struct stmt *const thing_stmts[] = {
	&thing_insert, &thing_add, &thing_get, &thing_list, &thing_return, &thing_count, &thing_sum,
	&thing_check, &thing_clear, &mark_insert, &mark_count, &thing_swap, NULL };
static const struct stmt *const *const thing_lists[] = { thing_stmts, NULL };

static const struct migration thing_migrations[] = {
	{ 1, "start",
	  "CREATE TABLE thing (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, note TEXT,"
	  " extra TEXT, n BIGINT NOT NULL, \"on\" BIGINT NOT NULL, at BIGINT);" },
	{ 2, "marks", "CREATE TABLE mark (id TEXT PRIMARY KEY);" },
	{ 0, NULL, NULL } };
/* clang-format on */

static const struct catalog thing_catalog = { thing_lists, thing_migrations };

static char fixture_dir[64];

/* A fresh folder and a configuration in it; [database] writer as given. */
static inline void
fixture_settings(const char *writer)
{
	const char *problems = "";
	char path[128];
	int fd;

	secret_start();
	snprintf(fixture_dir, sizeof(fixture_dir), "/tmp/wagate-db-XXXXXX");
	assert_non_null(mkdtemp(fixture_dir));
	snprintf(path, sizeof(path), "%s/wagate.conf", fixture_dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	dprintf(fd, "[database]\nwriter = %s\n", writer);
	close(fd);
	if (settings_load(path, &problems) != RC_OK)
		fail_msg("%s", problems);
}

static inline void
fixture_migrate(void)
{
	struct op *op = op_begin("test");
	int applied = -1;

	if (db_migrate(op, &thing_catalog, &applied) != RC_OK)
		fail_msg("%s", op->why);
	assert_int_equal(applied, 2);
	op_end(op);
}

static inline void
fixture_open(void)
{
	struct op *op = op_begin("test");

	if (db_open(op, &thing_catalog, false) != RC_OK)
		fail_msg("%s", op->why);
	op_end(op);
}

/* All three: the database is there and open. */
static inline void
fixture_begin(const char *writer)
{
	fixture_settings(writer);
	fixture_migrate();
	fixture_open();
}

static inline struct op *
account_op(void)
{
	struct op *op = op_begin("test");

	op->account_id = "acc_1";
	return op;
}

static inline int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *where)
{
	(void)st;
	(void)flag;
	(void)where;
	return remove(path);
}

static inline void
fixture_remove(void)
{
	db_close();
	nftw(fixture_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void
add_thing(struct batch *batch, const char *id, const char *note, int64_t n)
{
	batch_add(batch, &thing_insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(id), bind_text(note), bind_null(), bind_int(n), bind_bool(true),
			bind_time((struct instant){ 5 })));
}

static inline int64_t
number_of(const struct stmt *stmt)
{
	struct op *op = op_begin("test");
	int64_t n = -1;

	if (db_number(op, &n, stmt, NO_BINDS) != RC_OK)
		fail_msg("%s", op->why);
	op_end(op);
	return n;
}

#endif
