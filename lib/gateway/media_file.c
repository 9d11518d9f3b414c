/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_file - where a file waits that is too large for memory
 *
 * What a customer uploads goes through a file, for three reasons: the provider wants to know its
 * length before its first byte, a form may name the file's type behind the file, and a caller who
 * goes away half-way, or a full disk, must leave nothing at the provider. The file has no name, so
 * that whatever ends this process leaves nothing behind either.
 */
#include "gateway/media_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings.h"

enum { MODE = 0600, FOLDER_MODE = 0700 };

static bool
is_shortage(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EMFILE || error == ENFILE;
}

static enum rc
fail(struct op *op, const char *what)
{
	int error = errno;

	return op_fail(op, is_shortage(error) ? RC_BUSY : RC_INTERNAL,
		       "%s in %s/media: %s; make room there", what, settings()->data_dir,
		       strerror(error));
}

static void
close_file(void *fd)
{
	close((int)(intptr_t)fd);
}

/* Not every file system makes files without a name. */
static int
open_unlinked(struct op *op, const char *folder)
{
	char *path = arena_printf(op->arena, "%s/.spool-XXXXXX", folder);
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd >= 0)
		unlink(path);
	return fd;
}

static int
open_nameless(struct op *op, const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, MODE);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	return open_unlinked(op, folder);
}

enum rc
media_file_open(struct op *op, struct media_file *out)
{
	const char *folder = arena_printf(op->arena, "%s/media", settings()->data_dir);
	int fd = open_nameless(op, folder);

	if (fd < 0 && errno == ENOENT && mkdir(folder, FOLDER_MODE) == 0)
		fd = open_nameless(op, folder);
	if (fd < 0)
		return fail(op, "cannot open a file");
	arena_defer(op->arena, close_file, (void *)(intptr_t)fd);
	*out = (struct media_file){ .fd = fd };
	return RC_OK;
}

enum rc
media_file_add(struct op *op, struct media_file *file, struct bytes piece)
{
	while (piece.n > 0) {
		ssize_t n = write(file->fd, piece.p, piece.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(op, "cannot write a file");
		file->size += n;
		piece = bytes_slice(piece.p + n, piece.n - (size_t)n);
	}
	return RC_OK;
}
