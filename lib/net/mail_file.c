/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_file - letters as files, where no mail server is configured
 *
 * DATA/mail/<id>.eml is there whole or not at all, and a letter that is written once more after a
 * death is the same file.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings.h"
#include "net/mail.h"

static bool
write_all(int fd, struct bytes text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text = bytes_slice(text.p + n, text.n - (size_t)n);
	}
	return fsync(fd) == 0;
}

static bool
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
write_file(const char *folder, const char *temporary, const char *path, struct bytes text)
{
	int fd;
	bool ok;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return false;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	ok = write_all(fd, text);
	close(fd);
	return ok && rename(temporary, path) == 0 && sync_folder(folder);
}

void
mail_to_file(struct letter *letter, struct bytes text)
{
	struct arena *arena = letter->op->arena;
	const char *folder = arena_printf(arena, "%s/mail", settings()->data_dir);
	const char *path = arena_printf(arena, "%s/%s.eml", folder, letter->id);

	letter->outcome = MAIL_LATER;
	if (strchr(letter->id, '/') != NULL) {
		letter->outcome = MAIL_REFUSED;
		letter->words = "its id is no file name";
	} else if (write_file(folder, arena_printf(arena, "%s.new", path), path, text)) {
		letter->outcome = MAIL_TAKEN;
		letter->words = path;
	} else {
		letter->words = arena_printf(arena, "%s: %m", path);
	}
}
