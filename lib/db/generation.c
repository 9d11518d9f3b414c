/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shared generation. Its file is small and has no content worth keeping: a lost one starts
 * anew, at the time of its making, so that no number comes twice.
 */
#include "db/generation.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "db/sqlite_lock.h"

static _Atomic uint64_t *_Atomic shared;

static enum rc
map_file(struct op *op, const char *path, int fd)
{
	uint64_t fresh = 0;
	void *p = MAP_FAILED;

	if (ftruncate(fd, sizeof(fresh)) == 0)
		p = mmap(NULL, sizeof(fresh), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return op_fail(op, RC_BUSY, "cannot map %s: %m", path);
	shared = p;
	atomic_compare_exchange_strong(shared, &fresh, (uint64_t)clock_now().ms << 16);
	return RC_OK;
}

enum rc
generation_open(struct op *op)
{
	const char *path = lock_run_path(op, "generation");
	enum rc rc;
	int fd;

	if (shared != NULL)
		return RC_OK;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	if (fd < 0)
		return op_fail(op, RC_BUSY,
			       "cannot open %s: %m; the run folder must be writable for the user "
			       "that the programs run as",
			       path);
	rc = map_file(op, path, fd);
	close(fd);
	return rc;
}

void
generation_close(void)
{
	if (shared != NULL)
		munmap((void *)(uintptr_t)shared, sizeof(uint64_t));
	shared = NULL;
}

uint64_t
generation_now(void)
{
	return shared == NULL ? 0 : atomic_load(shared);
}

void
generation_move(void)
{
	if (shared != NULL)
		atomic_fetch_add(shared, 1);
}
