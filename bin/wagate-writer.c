/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate-writer - the daemon that commits
 *
 *	wagate-writer [--config FILE]
 *
 * Owns the only writing connection to the database of this host and commits what all programs
 * hand it, in groups. Runs in the foreground until SIGTERM; SIGHUP reopens its log. Started
 * again after a kill it goes on where it was: programs ask it about what was not answered.
 */
#include "core/text.h"
#include "gateway/engine.h"

int
main(int argc, char **argv)
{
	if (argc == 3 && text_equal(argv[1], "--config")) {
		if (setenv("WAGATE_CONFIG", argv[2], 1) != 0)
			fatal("cannot set WAGATE_CONFIG: %m");
	} else if (argc != 1) {
		fprintf(stderr, "usage: wagate-writer [--config FILE]\n");
		return 2;
	}
	return gateway_writer();
}
