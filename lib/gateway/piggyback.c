/* SPDX-License-Identifier: Apache-2.0 */
/*
 * piggyback - a worker for a moment, started by a request
 *
 * The work is done by wagate-worker itself, under the lock and the leases of any worker, in a
 * process of its own: whatever ends the request's program cannot end a delivery half-way, and no
 * program carries the worker's libraries. It parts from the web server at once, so that nobody's
 * answer waits for it.
 */
#include "gateway/piggyback.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/log.h"
#include "core/settings.h"
#include "db/db.h"

enum { ENVIRONMENT_MAX = 200 };

/* Retries and schedules fall due without a bell. */
#define QUIET_S 30

static const char *
place_of_worker(struct arena *arena)
{
	char path[PATH_MAX];
	ssize_t n;

	if (!text_empty(settings()->worker_program))
		return settings()->worker_program;
	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n < 0)
		return "wagate-worker";
	path[n] = '\0';
	return arena_printf(arena, "%s/../bin/wagate-worker", dirname(path));
}

/* What a worker may need of our surroundings: under CGI the rest is about a request. */
static char **
surroundings(struct arena *arena)
{
	static const char *const kept[] = {
		"WAGATE_", "PATH=", "TZ=", "TMPDIR=", "ASAN_", "TSAN_"
	};
	char **out = arena_array(arena, ENVIRONMENT_MAX + 1, sizeof(*out));
	size_t n = 0;

	for (char **variable = environ; *variable != NULL && n < ENVIRONMENT_MAX; variable++)
		for (size_t i = 0; i < ARRAY_LEN(kept); i++)
			if (text_starts(*variable, kept[i]))
				out[n++] = *variable;
	return out;
}

/* Nothing of ours stays open in it: a web server waits for the last who holds its connection. */
static bool
spawn(struct arena *arena, pid_t *pid)
{
	const char *argv[] = { place_of_worker(arena), "--config", settings()->file, "--slice",
			       NULL };
	posix_spawn_file_actions_t actions;
	bool made = false;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	if (posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0) == 0 &&
	    posix_spawn_file_actions_adddup2(&actions, 0, 1) == 0 &&
	    posix_spawn_file_actions_adddup2(&actions, 0, 2) == 0 &&
	    posix_spawn_file_actions_addclosefrom_np(&actions, 3) == 0) {
		errno = posix_spawn(pid, argv[0], &actions, NULL, (char *const *)argv,
				    surroundings(arena));
		made = errno == 0;
	}
	if (!made)
		log_line(LOG_ERROR, "event=piggyback why=\"cannot start %s: %m\"", argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	return made;
}

static void
start_slice(void)
{
	struct arena *arena = arena_new(0);
	pid_t pid;

	/* It has left the worker to itself by the time it ends, which is at once. */
	if (spawn(arena, &pid))
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	arena_free(arena);
}

/* Workers touch their lock when they begin and end. */
static bool
is_overdue(void)
{
	struct arena *arena = arena_new(0);
	const char *path = arena_printf(arena, "%s/worker.lock", settings()->run_dir);
	struct stat lock;
	bool overdue =
		stat(path, &lock) != 0 || lock.st_mtime + QUIET_S < clock_now().ms / SECOND_MS;

	/* One of many requests is enough. */
	if (overdue)
		(void)!utimensat(AT_FDCWD, path, NULL, 0);
	arena_free(arena);
	return overdue;
}

void
gateway_piggyback(void)
{
	if (!text_equal(settings()->worker_mode, "piggyback"))
		return;
	if (db_made_work() ? !db_doorbell_is_heard() : is_overdue())
		start_slice();
}
