/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a batch that a client sent, and as a reply that the writer sent. A batch is
 * run against a real table and undone; what is answered must always read as a reply. Bytes
 * as a reply must end in a settled batch whose rows can be walked.
 */
#include "core/secret.h"
#include "core/settings.h"
#include "db/batch.h"
#include "db/sqlite_group.h"
#include "db/stmt_table.h"
#include "db/wire.h"

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* clang-format off */
static const struct stmt put = { "row.put", SCOPE_SYSTEM,
	"INSERT INTO row (id, n) VALUES ($1, $2)" };
static const struct stmt add = { "row.add", SCOPE_SYSTEM,
	"UPDATE row SET n = n + $2 WHERE id >= $1 RETURNING id, n" };
static const struct stmt *const stmts[] = { &put, &add, NULL };
static const struct stmt *const *const lists[] = { stmts, NULL };
static const struct migration migrations[] = {
	{ 1, "start", "CREATE TABLE row (id TEXT PRIMARY KEY, n BIGINT);" }, { 0, NULL, NULL } };
/* clang-format on */
static const struct catalog catalog = { lists, migrations };

static struct conn *conn;
static char dir[] = "/tmp/wagate-fuzz-XXXXXX";

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *where)
{
	(void)st;
	(void)flag;
	(void)where;
	return remove(path);
}

static void
remove_folder(void)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
start(void)
{
	struct op *op;
	char path[64];
	const char *problems;
	int applied, fd;

	secret_start();
	expect(mkdtemp(dir) != NULL && atexit(remove_folder) == 0);
	snprintf(path, sizeof(path), "%s/wagate.conf", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	expect(fd >= 0);
	close(fd);
	expect(settings_load(path, &problems) == RC_OK);
	op = op_begin("fuzz");
	expect(db_migrate(op, &catalog, &applied) == RC_OK);
	expect(conn_open(op, &conn, CONN_WRITE) == RC_OK);
	op_end(op);
}

static struct batch *
settle(struct op *op, struct bytes reply, uint16_t statements)
{
	struct batch *batch = batch_new(op);

	batch->statements = statements;
	batch_answer(batch, reply);
	batch_open(batch);
	return batch;
}

static void
run_batch(struct op *op, struct bytes bytes, bool guarded)
{
	struct wire w = wire_of(bytes);
	struct group group;
	struct buf reply;
	struct batch *batch;

	wire_u32(&w);
	buf_init(&reply, op->arena, WIRE_BATCH_MAX);
	expect(group_begin(&group, op, conn, guarded) == RC_OK);
	if (group_run(&group, bytes, &reply) == RC_OK) {
		batch = settle(op, buf_bytes(&reply), wire_u16(&w));
		expect(strstr(batch_why(batch), "does not know") == NULL);
	}
	group_abandon(&group);
}

static void
read_reply(struct op *op, struct bytes bytes)
{
	static const struct shape none[] = { SHAPE_END };
	struct batch *batch = settle(op, bytes, 1);
	struct list rows;

	if (batch->rc == RC_OK && batch->results != NULL && batch_count(batch, 0) < 1000)
		expect(batch_rows(op, batch, 0, &rows, 1, none) == RC_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op *op;

	if (conn == NULL)
		start();
	if (size < 1)
		return 0;
	op = op_begin("fuzz");
	if (data[0] & 1)
		run_batch(op, bytes_slice(data + 1, size - 1), (data[0] & 2) != 0);
	else
		read_reply(op, bytes_slice(data + 1, size - 1));
	op_end(op);
	return 0;
}
