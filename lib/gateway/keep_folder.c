/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep_folder - the files of DATA/media that have names
 *
 * A content arrives under the name of its row and is renamed when all of it is on the disk, so that
 * whatever has a hash for its name is whole. What is there already is replaced by the same bytes:
 * a file that was damaged meanwhile is healed by the next of its kind. Folders are made as they are
 * needed, and the rename is durable before anybody is told of it.
 */
#include "gateway/keep_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/log.h"
#include "core/settings.h"

enum { MODE = 0600, FOLDER_MODE = 0700, PATH_ROOM = 4096 };

static const char *
folder(struct arena *arena, const char *below)
{
	return arena_printf(arena, "%s/media%s", settings()->data_dir, below);
}

static enum rc
fail(struct op *op, const char *what, int error)
{
	bool shortage = error == ENOSPC || error == EDQUOT || error == EMFILE || error == ENFILE;

	return op_fail(op, shortage ? RC_BUSY : RC_INTERNAL, "cannot %s in %s/media: %s", what,
		       settings()->data_dir, strerror(error));
}

/* ---- arriving ---- */

enum rc
keep_folder_begin(struct op *op, struct incoming *out, const char *name)
{
	const char *place = folder(op->arena, "/incoming");

	out->path = arena_printf(op->arena, "%s/%s", place, name);
	if (mkdir(folder(op->arena, ""), FOLDER_MODE) != 0 && errno != EEXIST)
		return fail(op, "make a folder", errno);
	if (mkdir(place, FOLDER_MODE) != 0 && errno != EEXIST)
		return fail(op, "make a folder", errno);
	out->fd = open(out->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, MODE);
	return out->fd < 0 ? fail(op, "make a file", errno) : RC_OK;
}

int
keep_folder_add(struct incoming *file, struct bytes piece)
{
	while (piece.n > 0) {
		ssize_t n = write(file->fd, piece.p, piece.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		piece = bytes_slice(piece.p + n, piece.n - (size_t)n);
	}
	return 0;
}

void
keep_folder_drop(struct incoming *file)
{
	if (file->fd < 0)
		return;
	close(file->fd);
	file->fd = -1;
	unlink(file->path);
}

/* ---- kept ---- */

/* What was done in a folder is on the disk. */
static int
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = fd < 0 || fsync(fd) != 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

static void
above(char out[PATH_ROOM], const char *path)
{
	snprintf(out, PATH_ROOM, "%s", path);
	dirname(out);
}

static int
make_folder(const char *path)
{
	char outer[PATH_ROOM];

	if (mkdir(path, FOLDER_MODE) != 0)
		return errno == EEXIST ? 0 : errno;
	above(outer, path);
	return sync_folder(outer);
}

int
keep_folder_keep(struct incoming *file, const char *kept)
{
	char inner[PATH_ROOM], outer[PATH_ROOM];
	int error;

	above(inner, kept);
	above(outer, inner);
	error = fsync(file->fd) != 0 ? errno : make_folder(outer);
	if (error == 0)
		error = make_folder(inner);
	if (error == 0 && rename(file->path, kept) != 0)
		error = errno;
	if (error != 0)
		return error;
	close(file->fd);
	file->fd = -1;
	return sync_folder(inner);
}

const char *
keep_folder_path(struct arena *arena, const char *hash)
{
	return folder(arena, arena_printf(arena, "/%.2s/%.2s/%s", hash, hash + 2, hash));
}

static void
close_file(void *fd)
{
	close((int)(intptr_t)fd);
}

enum rc
keep_folder_open(struct op *op, int *fd, int64_t *size, const char *hash)
{
	struct stat st;

	*fd = open(keep_folder_path(op->arena, hash), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0 && errno == ENOENT)
		return RC_MISSING;
	if (*fd < 0)
		return fail(op, "open a file", errno);
	arena_defer(op->arena, close_file, (void *)(intptr_t)*fd);
	if (fstat(*fd, &st) != 0)
		return fail(op, "look at a file", errno);
	*size = st.st_size;
	return RC_OK;
}

enum rc
keep_folder_remove(struct op *op, const char *hash)
{
	if (unlink(keep_folder_path(op->arena, hash)) == 0 || errno == ENOENT)
		return RC_OK;
	return fail(op, "remove a file", errno);
}

/* ---- the folder ---- */

void
keep_folder_sweep(struct op *op)
{
	const char *place = folder(op->arena, "/incoming");
	DIR *dir = opendir(place);
	struct dirent *entry;
	int n = 0;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			n += unlinkat(dirfd(dir), entry->d_name, 0) == 0;
	closedir(dir);
	if (n > 0)
		log_line(LOG_INFO, "event=media.swept files=%d", n);
}

bool
keep_folder_is_short(struct op *op, int64_t *mib)
{
	struct statvfs st;

	*mib = -1;
	if (statvfs(folder(op->arena, ""), &st) != 0 && statvfs(settings()->data_dir, &st) != 0)
		return false;
	*mib = ((int64_t)st.f_bavail * (int64_t)st.f_frsize) >> 20;
	return *mib < settings()->media_min_free_mib;
}
