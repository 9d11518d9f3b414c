/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A customer's receiver that takes everything and answers 200. It counts in a file that the
 * measuring program maps, too, and so costs nothing to watch: struct table. A body that holds
 * "wamid.bench.NUMBER" also leaves the time at which it came first under its number.
 * Usage: sink PORT TABLE [CERT.pem KEY.pem]
 */
#include "server.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { NUMBERS = 1 << 17 };

struct table {
	volatile uint64_t held;     /* not 0: requests wait for their answer */
	uint64_t count;             /* requests that came */
	uint64_t first_ns[NUMBERS]; /* CLOCK_MONOTONIC; 0: not yet */
};

static struct table *table;

static void
arrived(const char *text, size_t n)
{
	static const char mark[] = "wamid.bench.";
	const char *found = memmem(text, n, mark, sizeof(mark) - 1);
	struct timespec t;

	table->count++;
	if (found == NULL)
		return;
	uint64_t *first = &table->first_ns[strtoul(found + sizeof(mark) - 1, NULL, 10) % NUMBERS];

	clock_gettime(CLOCK_MONOTONIC, &t);
	if (*first == 0)
		*first = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int
answer(char *out, size_t size)
{
	return snprintf(out, size, "{\"ok\":true}");
}

int
main(int argc, char **argv)
{
	int fd;

	if (argc != 3 && argc != 5) {
		fprintf(stderr, "usage: sink PORT TABLE [CERT KEY]\n");
		return 2;
	}
	fd = open(argv[2], O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*table)) != 0) {
		perror(argv[2]);
		return 1;
	}
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (table == MAP_FAILED) {
		perror(argv[2]);
		return 1;
	}
	service_run(&(struct service){ .port = (int)strtol(argv[1], NULL, 10),
				       .cert = argc == 5 ? argv[3] : NULL,
				       .key = argc == 5 ? argv[4] : NULL,
				       .held = &table->held,
				       .arrived = arrived,
				       .answer = answer });
}
