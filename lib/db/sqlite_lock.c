/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may write. The lock files are opened once per process and stay open: flock belongs to
 * the open file, so that a second open in the same process would wait for itself.
 */
#include "db/sqlite_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings.h"

enum { TRY_AGAIN_MAX_US = 2000 };

static struct {
	pthread_mutex_t mutex;
	int fd;
	char path[512];
} held = { .mutex = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };

const char *
lock_run_path(struct op *op, const char *name)
{
	/* Where it cannot be made, opening the file says so. */
	(void)!mkdir(settings()->run_dir, 0770);
	return arena_printf(op->arena, "%s/%s", settings()->run_dir, name);
}

static enum rc
open_lock(struct op *op, const char *path, int *out)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);

	if (fd < 0)
		return op_fail(op, RC_BUSY,
			       "cannot open %s: %m; the run folder must be writable for the user "
			       "that the programs run as",
			       path);
	*out = fd;
	return RC_OK;
}

/* Waiting in short naps keeps the wait bounded, which flock itself cannot. */
static enum rc
wait_for(struct op *op, int fd, const char *path, int64_t patience_ms)
{
	int64_t start = clock_elapsed_us(), nap_us = 50;

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return op_fail(op, RC_BUSY, "cannot lock %s: %m", path);
		if (patience_ms > 0 && clock_elapsed_us() - start > patience_ms * 1000)
			return op_fail(op, RC_BUSY,
				       "another process has held %s for %lld ms; see who with "
				       "`lslocks`",
				       path, (long long)patience_ms);
		(void)ppoll(NULL, 0, &(struct timespec){ 0, nap_us * 1000 }, NULL);
		nap_us = nap_us * 2 > TRY_AGAIN_MAX_US ? TRY_AGAIN_MAX_US : nap_us * 2;
	}
	return RC_OK;
}

static enum rc
take(struct op *op, int64_t patience_ms)
{
	const char *path = lock_run_path(op, "write.lock");

	/* A process that moved to another run folder (tests do) locks there. */
	if (held.fd >= 0 && !text_equal(held.path, path)) {
		close(held.fd);
		held.fd = -1;
	}
	if (held.fd < 0) {
		TRY(open_lock(op, path, &held.fd));
		snprintf(held.path, sizeof(held.path), "%s", path);
	}
	return wait_for(op, held.fd, path, patience_ms);
}

enum rc
lock_take(struct op *op, int64_t patience_ms)
{
	enum rc rc;

	pthread_mutex_lock(&held.mutex);
	rc = take(op, patience_ms);
	if (rc != RC_OK)
		pthread_mutex_unlock(&held.mutex);
	return rc;
}

void
lock_give(void)
{
	flock(held.fd, LOCK_UN);
	pthread_mutex_unlock(&held.mutex);
}

enum rc
lock_be_writer(struct op *op, int64_t patience_ms)
{
	const char *path = lock_run_path(op, "writer.pid");
	int fd = -1;

	TRY(open_lock(op, path, &fd));
	TRY(wait_for(op, fd, path, patience_ms));
	if (ftruncate(fd, 0) != 0 || dprintf(fd, "%d\n", (int)getpid()) < 0)
		return op_fail(op, RC_BUSY, "cannot write %s: %m", path);
	return RC_OK;
}
