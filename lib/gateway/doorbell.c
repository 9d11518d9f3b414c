/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doorbell - how a worker sleeps and wakes
 *
 * One worker per machine, held by a lock file; the doorbell wakes it when a commit has made work,
 * and calls out run on its thread while it waits. What it has in hand is leased under the machine's
 * name, so that a worker that starts anew takes its predecessor's work up at once.
 */
#include "gateway/doorbell.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings.h"
#include "gateway/keep_folder.h"
#include "net/net.h"
#include "store/delivery_store.h"
#include "store/inbound_media_store.h"
#include "store/inbox_store.h"
#include "store/mail_store.h"

enum { LOCK_POLL_MS = 20 };

static int lock = -1, bell = -1;
static bool roused; /* written by the loop's callbacks and by signal handlers */

static void
on_ring(void *unused)
{
	(void)unused;
	db_doorbell_drain(bell);
	gateway_rouse();
}

/* Within ms. */
static enum rc
take_lock(struct op *op, int *out, const char *name, int64_t ms)
{
	const char *path = arena_printf(op->arena, "%s/%s", settings()->run_dir, name);
	int64_t until_us = clock_elapsed_us() + ms * 1000;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return op_fail(op, RC_INTERNAL, "Cannot open %s: %m", path);
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (clock_elapsed_us() >= until_us) {
			close(fd);
			return op_fail(op, RC_BUSY, "Another worker is at work: it has the lock %s",
				       path);
		}
		poll(NULL, 0, LOCK_POLL_MS);
	}
	*out = fd;
	return RC_OK;
}

/* When a worker began and ended last. */
static void
touch_lock(void)
{
	(void)!futimens(lock, NULL);
}

static enum rc
begin(struct op *op)
{
	touch_lock();
	net_start(false);
	bell = db_doorbell_open();
	if (bell < 0)
		return op_fail(op, RC_INTERNAL, "Cannot make the worker's socket in %s: %m",
			       settings()->run_dir);
	net_watch(bell, on_ring, NULL);
	return RC_OK;
}

enum rc
gateway_listen(struct op *op)
{
	TRY(take_lock(op, &lock, "worker.lock", 0));
	return begin(op);
}

enum rc
gateway_listen_next(struct op *op, int64_t ms)
{
	int next = -1;
	enum rc rc;

	TRY(take_lock(op, &next, "worker.next", 0));
	rc = take_lock(op, &lock, "worker.lock", ms);
	close(next);
	return rc == RC_OK ? begin(op) : rc;
}

void
gateway_deafen(void)
{
	db_doorbell_hide();
}

void
gateway_unlisten(void)
{
	net_stop();
	if (bell >= 0)
		close(bell);
	if (lock >= 0) {
		touch_lock();
		close(lock);
	}
	bell = lock = -1;
}

void
gateway_wait(int64_t ms)
{
	net_drive(&roused, ms);
	__atomic_store_n(&roused, false, __ATOMIC_RELEASE);
}

void
gateway_due(int64_t *ms, struct instant now, struct instant at)
{
	int64_t until = at.ms > now.ms ? at.ms - now.ms : 0;

	if (*ms < 0 || until < *ms)
		*ms = until;
}

void
gateway_rouse(void)
{
	__atomic_store_n(&roused, true, __ATOMIC_RELEASE);
}

/* A commit under way while the loop runs. */
struct commit {
	enum rc rc;
	bool done; /* the loop's */
};

static void
end_drive(void *arg)
{
	struct commit *commit = arg;

	__atomic_store_n(&commit->done, true, __ATOMIC_RELEASE);
}

static void
committed(struct op *op, struct batch *batch, enum rc rc, void *arg)
{
	struct commit *commit = arg;

	(void)op;
	(void)batch;
	commit->rc = rc;
	net_after(0, end_drive, commit);
}

enum rc
gateway_commit(struct op *op, struct batch *batch)
{
	struct commit commit = { .rc = RC_OK };

	db_submit(op, batch, committed, &commit);
	net_drive(&commit.done, -1);
	return commit.rc;
}

const char *
gateway_machine(void)
{
	static char name[256];

	if (name[0] == '\0' && gethostname(name, sizeof(name) - 1) != 0)
		snprintf(name, sizeof(name), "this machine");
	return name;
}

enum rc
gateway_recover(struct op *op)
{
	struct batch *batch = batch_new(op);

	inbox_store_recover(batch, gateway_machine());
	delivery_store_recover(batch, gateway_machine(), op->now);
	inbound_media_store_recover(batch, gateway_machine(), op->now);
	keep_folder_sweep(op);
	mail_store_recover(batch, gateway_machine(), op->now);
	return db_commit(op, batch);
}
