/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may write. The lock files are opened once per process and stay open: flock belongs to
 * the open file, so that a second open in the same process would wait for itself.
 */
#include "db/sqlite_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings.h"

enum { AGAIN_MS = 50 };

static struct {
	pthread_mutex_t mutex;
	int fd;
	pid_t owner;
	char run_dir[512], path[512];
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

static void
interrupt(int sig)
{
	(void)sig;
}

static void
take_interrupts(void)
{
	struct sigaction action = { .sa_handler = interrupt };

	sigemptyset(&action.sa_mask);
	sigaction(SIGRTMIN, &action, NULL);
}

/* Interrupts this thread's flock from patience_ms on, again and again: the first might come
 * just before it sleeps. */
static bool
set_alarm(timer_t *timer, int64_t patience_ms)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN };
	struct itimerspec when = {
		.it_value = { patience_ms / 1000, patience_ms % 1000 * 1000000 },
		.it_interval = { 0, AGAIN_MS * 1000000 },
	};

	pthread_once(&once, take_interrupts);
	event._sigev_un._tid = gettid();
	if (timer_create(CLOCK_MONOTONIC, &event, timer) != 0)
		return false;
	return timer_settime(*timer, 0, &when, NULL) == 0;
}

/* The kernel's queue is fair where trying again and again is not: eight processes that try
 * starve one of them for seconds. */
static bool
wait_in_line(int fd, int64_t patience_ms)
{
	int64_t end = clock_elapsed_us() + patience_ms * 1000;
	sigset_t set, before;
	timer_t timer;
	int code;

	if (!set_alarm(&timer, patience_ms))
		return false;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_UNBLOCK, &set, &before);
	do
		code = flock(fd, LOCK_EX);
	while (code != 0 && errno == EINTR && clock_elapsed_us() < end);
	timer_delete(timer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code == 0;
}

static enum rc
wait_for(struct op *op, int fd, const char *path, int64_t patience_ms)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 || wait_in_line(fd, patience_ms))
		return RC_OK;
	return op_fail(op, RC_BUSY,
		       "%s is still locked by another process after %lld ms; `lslocks` shows by "
		       "which",
		       path, (long long)patience_ms);
}

/* A child would share its parent's lock; and tests move to other folders. */
static bool
is_ours(void)
{
	return held.owner == getpid() && text_equal(held.run_dir, settings()->run_dir);
}

static enum rc
take(struct op *op, int64_t patience_ms)
{
	if (held.fd >= 0 && !is_ours()) {
		close(held.fd);
		held.fd = -1;
	}
	if (held.fd < 0) {
		const char *path = lock_run_path(op, "write.lock");

		TRY(open_lock(op, path, &held.fd));
		held.owner = getpid();
		snprintf(held.run_dir, sizeof(held.run_dir), "%s", settings()->run_dir);
		snprintf(held.path, sizeof(held.path), "%s", path);
	}
	return wait_for(op, held.fd, held.path, patience_ms);
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
