/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a configuration file: either every setting has a value, or there are problems
 * and each is a line that names a place.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "core/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
see(void *path, const struct setting_info *info)
{
	expect(info->value && info->origin && path);
	expect(!info->secret || !*info->value || text_equal(info->value, "***"));
}

static void
check_lines(const char *problems, const char *path)
{
	size_t n;

	do {
		expect(text_starts(problems, path));
		expect(problems[strlen(path)] == ':');
		n = strcspn(problems, "\n");
		problems += n + (problems[n] == '\n');
	} while (*problems);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *problems = NULL;
	int fd = memfd_create("settings", MFD_CLOEXEC);
	char path[64];

	expect(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (settings_load(path, &problems) == RC_OK) {
		expect(*problems == '\0' && settings()->web_port > 0);
		settings_walk(see, path);
	} else {
		check_lines(problems, path);
	}
	close(fd);
	return 0;
}
