/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where programs of one gateway meet: sockets in the run folder, open to its group. Nothing
 * here blocks; who finds nobody at the other end is told by errno.
 */
#include "db/run_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/settings.h"

/* The folder's descriptor must stay open while the address is in use. */
static bool
make_address(struct sockaddr_un *address, int *folder, const char *name)
{
	size_t room = sizeof(address->sun_path);
	int n;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	*folder = -1;
	n = snprintf(address->sun_path, room, "%s/%s", settings()->run_dir, name);
	if (n > 0 && (size_t)n < room)
		return true;
	*folder = open(settings()->run_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*folder < 0)
		return false;
	snprintf(address->sun_path, room, "/proc/self/fd/%d/%s", *folder, name);
	return true;
}

static void
close_keeping_errno(int fd)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
}

int
run_socket_connect(const char *name, int type)
{
	struct sockaddr_un address;
	int folder, fd;

	if (!make_address(&address, &folder, name))
		return -1;
	fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close_keeping_errno(fd);
		fd = -1;
	}
	close_keeping_errno(folder);
	return fd;
}

int
run_socket_bind(const char *name, int type)
{
	struct sockaddr_un address;
	int folder, fd;

	(void)!mkdir(settings()->run_dir, 0770);
	if (!make_address(&address, &folder, name))
		return -1;
	fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		unlink(address.sun_path);
		if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
		    chmod(address.sun_path, 0660) != 0) {
			close_keeping_errno(fd);
			fd = -1;
		}
	}
	close_keeping_errno(folder);
	return fd;
}

void
run_socket_hide(const char *name)
{
	struct sockaddr_un address;
	int folder;

	if (!make_address(&address, &folder, name))
		return;
	(void)!unlink(address.sun_path);
	close_keeping_errno(folder);
}
