/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate-worker - the daemon that does the background work
 *
 *	wagate-worker [--config FILE] [--once]
 *
 * Applies what came in, delivers events to customers' endpoints, and settles what other processes
 * left behind. Runs in the foreground until SIGTERM; SIGHUP reopens its log. --once does what is
 * due and ends, for cron. One per machine: a second one finds the lock and, with --once, leaves.
 */
#include "core/text.h"
#include "gateway/engine.h"
#include "worker/worker.h"

int
main(int argc, char **argv)
{
	const char *config = NULL;
	bool once = false;
	int status;

	for (int i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--once")) {
			once = true;
		} else if (text_equal(argv[i], "--config") && i + 1 < argc) {
			config = argv[++i];
		} else {
			fprintf(stderr, "usage: wagate-worker [--config FILE] [--once]\n");
			return 2;
		}
	}
	gateway_start("wagate-worker", config, &gateway_guarded);
	if (!once)
		gateway_stay();
	status = once ? worker_once() : worker_main();
	gateway_stop();
	return status;
}
