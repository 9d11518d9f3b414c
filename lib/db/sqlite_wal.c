/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holding back what goes into the WAL. Everything but the WAL's own reading and writing is the
 * system's VFS. What is held back is gone when writing it fails: SQLite then gives the commit up
 * and writes the same place again with the next one.
 */
#include "db/sqlite_wal.h"

#include <pthread.h>
#include <sqlite3.h>

#include "core/rc.h"

/* SQLite's VFS for Unix takes less than 128 KiB at a time. */
enum { ROOM = 124 << 10 };

/* The system's file follows it. */
struct wal_file {
	sqlite3_file base;
	sqlite3_file *real;
	sqlite3_int64 at; /* where in the file the held bytes belong */
	int n, room;
	unsigned char *held;
};

static sqlite3_vfs *system_vfs, our_vfs;

static struct wal_file *
wal_of(sqlite3_file *file)
{
	return (struct wal_file *)(void *)file;
}

static int
flush(struct wal_file *w)
{
	int n = w->n;

	w->n = 0;
	return n == 0 ? SQLITE_OK : w->real->pMethods->xWrite(w->real, w->held, n, w->at);
}

static int
wal_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	struct wal_file *w = wal_of(file);
	int code;

	if (w->n > 0 && (at != w->at + w->n || n > w->room - w->n)) {
		code = flush(w);
		if (code != SQLITE_OK)
			return code;
	}
	if (n > w->room)
		return w->real->pMethods->xWrite(w->real, p, n, at);
	if (w->n == 0)
		w->at = at;
	memcpy(w->held + w->n, p, (size_t)n);
	w->n += n;
	return SQLITE_OK;
}

static int
wal_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
	struct wal_file *w = wal_of(file);
	int code = flush(w);

	return code == SQLITE_OK ? w->real->pMethods->xRead(w->real, p, n, at) : code;
}

static int
wal_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct wal_file *w = wal_of(file);
	int code = flush(w);

	return code == SQLITE_OK ? w->real->pMethods->xTruncate(w->real, size) : code;
}

static int
wal_sync(sqlite3_file *file, int flags)
{
	struct wal_file *w = wal_of(file);
	int code = flush(w);

	return code == SQLITE_OK ? w->real->pMethods->xSync(w->real, flags) : code;
}

static int
wal_size(sqlite3_file *file, sqlite3_int64 *size)
{
	struct wal_file *w = wal_of(file);
	int code = flush(w);

	return code == SQLITE_OK ? w->real->pMethods->xFileSize(w->real, size) : code;
}

static int
wal_close(sqlite3_file *file)
{
	struct wal_file *w = wal_of(file);

	sqlite3_free(w->held);
	return w->real->pMethods->xClose(w->real);
}

static int
wal_lock(sqlite3_file *file, int level)
{
	return wal_of(file)->real->pMethods->xLock(wal_of(file)->real, level);
}

static int
wal_unlock(sqlite3_file *file, int level)
{
	return wal_of(file)->real->pMethods->xUnlock(wal_of(file)->real, level);
}

static int
wal_reserved(sqlite3_file *file, int *out)
{
	return wal_of(file)->real->pMethods->xCheckReservedLock(wal_of(file)->real, out);
}

static int
wal_control(sqlite3_file *file, int what, void *arg)
{
	return wal_of(file)->real->pMethods->xFileControl(wal_of(file)->real, what, arg);
}

static int
wal_sector(sqlite3_file *file)
{
	return wal_of(file)->real->pMethods->xSectorSize(wal_of(file)->real);
}

static int
wal_traits(sqlite3_file *file)
{
	return wal_of(file)->real->pMethods->xDeviceCharacteristics(wal_of(file)->real);
}

static const sqlite3_io_methods wal_methods = {
	.iVersion = 1,
	.xClose = wal_close,
	.xRead = wal_read,
	.xWrite = wal_write,
	.xTruncate = wal_truncate,
	.xSync = wal_sync,
	.xFileSize = wal_size,
	.xLock = wal_lock,
	.xUnlock = wal_unlock,
	.xCheckReservedLock = wal_reserved,
	.xFileControl = wal_control,
	.xSectorSize = wal_sector,
	.xDeviceCharacteristics = wal_traits,
};

static int
open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct wal_file *w = wal_of(file);
	int code;

	(void)vfs;
	if ((flags & SQLITE_OPEN_WAL) == 0)
		return system_vfs->xOpen(system_vfs, name, file, flags, out_flags);
	*w = (struct wal_file){ .real = (sqlite3_file *)(void *)(w + 1) };
	code = system_vfs->xOpen(system_vfs, name, w->real, flags, out_flags);
	if (code != SQLITE_OK)
		return code;
	w->base.pMethods = &wal_methods;
	w->held = sqlite3_malloc(ROOM);
	/* Elsewhere SQLite fills the last sector up after its sync. */
	if (w->held != NULL && (wal_traits(file) & SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0)
		w->room = ROOM;
	return SQLITE_OK;
}

static void
register_vfs(void)
{
	system_vfs = sqlite3_vfs_find(NULL);
	expect(system_vfs != NULL);
	our_vfs = *system_vfs;
	our_vfs.pNext = NULL;
	our_vfs.zName = "wagate-wal";
	our_vfs.szOsFile += (int)sizeof(struct wal_file);
	our_vfs.xOpen = open_file;
	if (sqlite3_vfs_register(&our_vfs, 0) != SQLITE_OK)
		fatal("SQLite does not take a VFS");
}

const char *
wal_vfs(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, register_vfs);
	return our_vfs.zName;
}
