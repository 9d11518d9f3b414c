/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting, restarting and stopping the processes of `wagate serve`. A child gets its listening
 * socket from here, so that it outlives every restart: callers wait in its backlog instead of
 * being refused. A child ends with its parent (PR_SET_PDEATHSIG), also when that is killed.
 */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "serve.h"

/* One that lived this long is started again at once; a younger one waits a moment. */
static const int64_t YOUNG_US = 1000000, PAUSE_US = 300000;
static const int64_t POLL_US = 10000;

struct child *
children_add(struct children *c, const char *name, int listen_fd, int stop_rank)
{
	struct child *child;

	expect(c->n < CHILDREN_MAX);
	child = &c->all[c->n++];
	*child = (struct child){ .name = name, .listen_fd = listen_fd, .stop_rank = stop_rank };
	return child;
}

/* In the child: the socket as descriptor 0, or as descriptor 3 with systemd's variables. */
static void
hand_over_socket(const struct child *child)
{
	char pid[24];

	if (child->listen_fd < 0)
		return;
	if (!child->activation) {
		dup2(child->listen_fd, 0);
		return;
	}
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	dup2(child->listen_fd, 3);
}

static void
child_run(const struct child *child, pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	hand_over_socket(child);
	execv(child->argv[0], (char *const *)child->argv);
	fprintf(stderr, "cannot start %s: %s\n", child->argv[0], strerror(errno));
	_exit(127);
}

static void
child_start(struct child *child)
{
	pid_t parent = getpid(), pid = fork();

	child->started_us = clock_elapsed_us();
	if (pid < 0) {
		log_line(LOG_ERROR, "event=not_started child=%s why=\"%m\"", child->name);
		child->next_us = child->started_us + PAUSE_US;
		return;
	}
	if (pid == 0)
		child_run(child, parent);
	child->pid = pid;
	log_line(LOG_INFO, "event=started child=%s pid=%d", child->name, (int)pid);
}

void
children_start_due(struct children *c)
{
	int64_t now = clock_elapsed_us();

	for (size_t i = 0; i < c->n; i++)
		if (c->all[i].pid == 0 && c->all[i].next_us <= now)
			child_start(&c->all[i]);
}

static void
child_died(struct child *child, int status)
{
	int64_t now = clock_elapsed_us();
	bool young = now - child->started_us < YOUNG_US;

	log_line(LOG_WARN, "event=died child=%s pid=%d %s=%d", child->name, (int)child->pid,
		 WIFSIGNALED(status) ? "signal" : "exit",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	child->pid = 0;
	child->next_us = young && !WIFSIGNALED(status) ? now + PAUSE_US : now;
}

void
children_reap(struct children *c)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < c->n; i++)
			if (c->all[i].pid == pid)
				child_died(&c->all[i], status);
}

static bool
rank_lives(const struct children *c, int rank)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->all[i].stop_rank == rank && c->all[i].pid != 0)
			return true;
	return false;
}

static void
rank_signal(const struct children *c, int rank, int signal_number)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->all[i].stop_rank == rank && c->all[i].pid != 0)
			kill(c->all[i].pid, signal_number);
}

void
children_stop(struct children *c, int64_t ms)
{
	int64_t end = clock_elapsed_us() + ms * 1000;

	for (int rank = 0; rank <= 3; rank++) {
		rank_signal(c, rank, SIGTERM);
		while (rank_lives(c, rank)) {
			if (clock_elapsed_us() > end)
				rank_signal(c, rank, SIGKILL);
			usleep((useconds_t)POLL_US);
			children_reap(c);
		}
	}
}
