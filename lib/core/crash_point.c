/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crash_point - dying at a named place, in builds for tests
 *
 * Which place is asked for is read from a file at every passage, so that one running gateway can
 * be led through all of them. Processes that pass at once take turns at the file's lock; only one
 * of them finds its name there.
 */
#include "core/crash_point.h"

#ifdef WAGATE_CRASH_POINTS

#include "core/rc.h"
#include "core/text.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

/* The passages that are left until the one that dies, this one included; 0: another place, or
 * none, is asked for. */
static int64_t
passages_left(int fd, const char *name)
{
	char said[80];
	ssize_t n = pread(fd, said, sizeof(said) - 1, 0);
	size_t length = strlen(name);
	int64_t left = 1;

	said[n > 0 ? n : 0] = '\0';
	said[strcspn(said, "\r\n")] = '\0';
	if (!text_starts(said, name))
		return 0;
	if (said[length] == ':' && text_int(said + length + 1, 1, INT64_MAX, &left))
		return left;
	return said[length] == '\0' ? 1 : 0;
}

static void
say(int fd, const char *name, int64_t left)
{
	char text[80];
	int n = left == 0 ? 0 : snprintf(text, sizeof(text), "%s:%lld", name, (long long)left);

	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
		fatal("cannot write the file of WAGATE_CRASH_AT: %m");
}

void
crash_point(const char *name)
{
	const char *path = getenv("WAGATE_CRASH_AT");
	int64_t left;
	int fd;

	if (path == NULL || (fd = open(path, O_RDWR | O_CLOEXEC)) < 0)
		return;
	if (flock(fd, LOCK_EX) != 0)
		fatal("cannot lock %s: %m", path);
	left = passages_left(fd, name);
	if (left > 0)
		say(fd, name, left - 1);
	if (left == 1)
		kill(getpid(), SIGKILL);
	close(fd);
}

#endif
