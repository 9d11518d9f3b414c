/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The WAL's file under the writing connection: whatever is written, read, cut and synced, it has
 * the bytes that it would have without anything held back, and a failed write is not forgotten.
 */
#include "unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "db/sqlite_wal.h"

enum { FILE_MAX = 1 << 20, FRAME_HEAD = 24, PAGE = 4096 };

static char folder[64], database[96], path[96];
static sqlite3_file *file;

static sqlite3_file *
open_as(int kind)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(wal_vfs());
	sqlite3_file *opened = calloc(1, (size_t)vfs->szOsFile);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | kind;

	assert_int_equal(vfs->xOpen(vfs, path, opened, flags, &flags), SQLITE_OK);
	return opened;
}

static int
begin(void **state)
{
	int fd;

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/wagate-wal-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(database, sizeof(database), "%s/test.db", folder);
	snprintf(path, sizeof(path), "%s/test.db-wal", folder);
	fd = open(database, O_WRONLY | O_CREAT | O_CLOEXEC, 0600); /* whose mode the WAL takes */
	assert_true(fd >= 0);
	close(fd);
	file = open_as(SQLITE_OPEN_WAL);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	if (file != NULL)
		file->pMethods->xClose(file);
	free(file);
	unlink(path);
	unlink(database);
	rmdir(folder);
	return 0;
}

static size_t
size_on_disk(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

static void
assert_on_disk(const unsigned char *want, size_t n)
{
	static unsigned char found[FILE_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_int_equal(size_on_disk(), n);
	assert_int_equal(pread(fd, found, n, 0), (ssize_t)n);
	assert_memory_equal(found, want, n);
	close(fd);
}

static int
sync_file(void)
{
	return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

/* One commit as SQLite writes it. */
static size_t
write_frames(unsigned char *copy, size_t at, size_t pages, int fill)
{
	unsigned char page[PAGE];

	for (size_t i = 0; i < pages * 2; i++) {
		int n = i % 2 == 0 ? FRAME_HEAD : PAGE;

		memset(page, fill + (int)i, (size_t)n);
		memcpy(copy + at, page, (size_t)n);
		assert_int_equal(file->pMethods->xWrite(file, page, n, (sqlite3_int64)at),
				 SQLITE_OK);
		at += (size_t)n;
	}
	return at;
}

static void
a_commit_is_written_at_its_sync(void **state)
{
	static unsigned char copy[FILE_MAX];
	size_t n = write_frames(copy, 0, 8, 'a');

	(void)state;
	assert_int_equal(size_on_disk(), 0);
	assert_int_equal(sync_file(), SQLITE_OK);
	assert_on_disk(copy, n);
	n = write_frames(copy, n, 100, 'A'); /* more than is ever held */
	assert_int_equal(sync_file(), SQLITE_OK);
	assert_on_disk(copy, n);
	write_frames(copy, 0, 3, '0'); /* from the start again */
	assert_int_equal(sync_file(), SQLITE_OK);
	assert_on_disk(copy, n);
}

/* The same numbers at every run. */
static size_t
any_below(size_t n)
{
	static uint64_t seed = 20;

	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (size_t)(seed >> 33) % n;
}

/* What the file should be by now, and where SQLite would go on. */
static struct {
	unsigned char bytes[FILE_MAX];
	size_t size, next;
} model;

static void
write_somewhere(void)
{
	static unsigned char piece[FILE_MAX];
	size_t n = 1 + any_below(any_below(50) == 0 ? 131071 : 5000);
	size_t at = any_below(5) == 0 ? any_below(model.size + 1) : model.next;

	if (at + n > FILE_MAX)
		return;
	memset(piece, (int)any_below(256), n);
	assert_int_equal(file->pMethods->xWrite(file, piece, (int)n, (sqlite3_int64)at), SQLITE_OK);
	memcpy(model.bytes + at, piece, n);
	model.next = at + n;
	if (model.size < model.next)
		model.size = model.next;
}

static void
cut_somewhere(void)
{
	model.size = model.next = any_below(model.size + 1);
	assert_int_equal(file->pMethods->xTruncate(file, (sqlite3_int64)model.size), SQLITE_OK);
}

static void
read_all(void)
{
	static unsigned char got[FILE_MAX];
	sqlite3_int64 size;

	assert_int_equal(file->pMethods->xFileSize(file, &size), SQLITE_OK);
	assert_int_equal(size, model.size);
	assert_int_equal(file->pMethods->xRead(file, got, (int)model.size, 0), SQLITE_OK);
	assert_memory_equal(got, model.bytes, model.size);
}

static void
nothing_tells_it_from_a_plain_file(void **state)
{
	(void)state;
	for (int step = 0; step < 20000; step++) {
		write_somewhere();
		if (any_below(100) == 0)
			cut_somewhere();
		if (any_below(50) == 0)
			read_all();
		if (any_below(50) == 0) {
			assert_int_equal(sync_file(), SQLITE_OK);
			assert_on_disk(model.bytes, model.size);
		}
	}
}

static void
limit_files(rlim_t bytes)
{
	struct rlimit limit = { bytes, RLIM_INFINITY };

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
a_failed_write_shows_at_the_sync(void **state)
{
	static unsigned char copy[FILE_MAX];
	size_t first = write_frames(copy, 0, 2, 'a'), n;

	(void)state;
	assert_int_equal(sync_file(), SQLITE_OK);
	signal(SIGXFSZ, SIG_IGN);
	limit_files(first + PAGE);
	write_frames(copy, first, 4, 'b');
	assert_int_not_equal(sync_file(), SQLITE_OK);
	limit_files(RLIM_INFINITY);
	signal(SIGXFSZ, SIG_DFL);
	/* The commit was given up: nothing of it comes back over the next one. */
	n = write_frames(copy, first, 3, 'c');
	assert_int_equal(sync_file(), SQLITE_OK);
	assert_on_disk(copy, n);
}

static void
what_was_not_synced_is_dropped_at_the_close(void **state)
{
	static unsigned char copy[FILE_MAX];

	(void)state;
	write_frames(copy, 0, 2, 'a');
	file->pMethods->xClose(file);
	free(file);
	file = NULL;
	assert_int_equal(size_on_disk(), 0);
}

static void
other_files_are_the_systems(void **state)
{
	sqlite3_file *plain = open_as(SQLITE_OPEN_MAIN_DB);

	(void)state;
	assert_int_equal(plain->pMethods->xWrite(plain, "x", 1, 0), SQLITE_OK);
	assert_int_equal(size_on_disk(), 1);
	plain->pMethods->xClose(plain);
	free(plain);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_commit_is_written_at_its_sync),
		TEST(nothing_tells_it_from_a_plain_file),
		TEST(a_failed_write_shows_at_the_sync),
		TEST(what_was_not_synced_is_dropped_at_the_close),
		TEST(other_files_are_the_systems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
