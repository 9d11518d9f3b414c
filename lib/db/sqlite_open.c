/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening and closing the database of a process. Everything that would make it lose data or
 * answer nonsense later is refused here, with what to do about it. Files are looked at by
 * their paths only: closing a descriptor of the database would drop SQLite's locks.
 */
#include "db/sqlite_open.h"

#include <errno.h>
#include <libgen.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/secret.h"
#include "core/settings.h"
#include "db/commit_queue.h"
#include "db/generation.h"
#include "db/inline_commit.h"
#include "db/sqlite_read.h"
#include "db/stmt_table.h"

const char *
open_folder(struct op *op)
{
	return dirname(arena_dup(op->arena, settings()->database_path));
}

/* File systems on which SQLite's locks and shared memory do not hold (statfs(2)). */
static const char *
remote_name(unsigned long type)
{
	static const struct {
		unsigned long type;
		const char *name;
	} remote[] = {
		{ 0x6969, "NFS" },       { 0x517B, "SMB" },      { 0xFF534D42, "CIFS" },
		{ 0xFE534D42, "SMB2" },  { 0x65735546, "FUSE" }, { 0x01021997, "9p" },
		{ 0x5346414F, "AFS" },   { 0x00C36400, "Ceph" }, { 0x73757245, "Coda" },
		{ 0x7461636F, "OCFS2" }, { 0x01161970, "GFS2" }, { 0x0BD00BD0, "Lustre" },
	};

	for (size_t i = 0; i < ARRAY_LEN(remote); i++)
		if (remote[i].type == (type & 0xFFFFFFFFUL))
			return remote[i].name;
	return NULL;
}

enum rc
open_check_folder(struct op *op)
{
	const char *folder = open_folder(op), *remote;
	struct statfs fs;

	if (statfs(folder, &fs) != 0)
		return op_fail(op, RC_BUSY, "the database's folder %s cannot be used: %m", folder);
	remote = remote_name((unsigned long)fs.f_type);
	if (remote != NULL)
		return op_fail(op, RC_BUSY,
			       "%s is on a network file system (%s), where SQLite loses data: move "
			       "the data folder to a local disk",
			       folder, remote);
	if (access(folder, W_OK | X_OK) != 0)
		return op_fail(op, RC_BUSY,
			       "the folder %s is not writable for user id %d: SQLite keeps files "
			       "beside the database; give the folder to that user",
			       folder, (int)geteuid());
	return RC_OK;
}

static enum rc
check_file(struct op *op)
{
	const char *path = settings()->database_path;

	if (access(path, F_OK) != 0 && errno == ENOENT)
		return op_fail(op, RC_BUSY, "there is no database %s: run `wagate migrate`", path);
	if (access(path, R_OK | W_OK) != 0)
		return op_fail(op, RC_BUSY,
			       "the database %s cannot be read and written by user id %d: %m", path,
			       (int)geteuid());
	return RC_OK;
}

static enum rc
check_schema(struct op *op)
{
	int64_t wanted = stmt_table_schema(), found;
	struct conn *conn;

	TRY(reader_of(op, &conn));
	if (conn_number(conn, "PRAGMA application_id", -1) != APPLICATION_ID)
		return op_fail(op, RC_BUSY, "%s is not a database of wagate, or an empty one: %s",
			       settings()->database_path, "run `wagate migrate`");
	found = conn_number(conn, "PRAGMA user_version", -1);
	db_rest(op);
	if (found < wanted)
		return op_fail(op, RC_BUSY,
			       "the database %s has schema %lld, this build needs %lld: run "
			       "`wagate migrate`",
			       settings()->database_path, (long long)found, (long long)wanted);
	if (found > wanted)
		return op_fail(op, RC_BUSY,
			       "this build is older than the database %s: it knows schema %lld, "
			       "the database has %lld; install the newer build again",
			       settings()->database_path, (long long)wanted, (long long)found);
	return RC_OK;
}

enum rc
db_open(struct op *op, const struct catalog *catalog, bool for_migrate)
{
	secret_start();
	stmt_table_load(catalog);
	TRY(open_check_folder(op));
	if (for_migrate)
		return RC_OK;
	TRY(check_file(op));
	TRY(generation_open(op));
	return check_schema(op);
}

void
db_close(void)
{
	queue_close();
	inline_close();
	reader_close_all();
	generation_close();
	stmt_table_drop();
}
