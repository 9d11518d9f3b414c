/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stand-in for Meta: TLS 1.3 with keep-alive, an answer of Meta's shape after a fixed delay. It
 * names no wa_id: one for all would make every number of the benchmark the same person.
 * Usage: mock_upstream PORT DELAY_MS CERT.pem KEY.pem
 */
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int
answer(char *out, size_t size)
{
	static unsigned long long answered;

	return snprintf(out, size,
			"{\"messaging_product\":\"whatsapp\",\"messages\":[{\"id\":\"wamid."
			"HBgMBENCH%016llx\"}]}",
			++answered | (unsigned long long)getpid() << 40);
}

int
main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: mock_upstream PORT DELAY_MS CERT KEY\n");
		return 2;
	}
	service_run(&(struct service){ .port = (int)strtol(argv[1], NULL, 10),
				       .delay_ms = strtoll(argv[2], NULL, 10),
				       .cert = argv[3],
				       .key = argv[4],
				       .answer = answer });
}
