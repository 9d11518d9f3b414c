/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate-worker - the daemon that does the background work
 *
 *	wagate-worker [--config FILE] [--once | --slice]
 *
 * Applies what came in, delivers events to customers' endpoints, and settles what other processes
 * left behind. Runs in the foreground until SIGTERM; SIGHUP reopens its log. --once does what is
 * due and ends, for cron. --slice parts from who started it and works for a while. One per machine:
 * a second one finds the lock and, with --once, leaves.
 */
#include <unistd.h>

#include "core/log.h"
#include "core/text.h"
#include "gateway/engine.h"
#include "worker/worker.h"

/* From the request that started it: its process waits for nobody, and whatever ends the web
 * server's children does not end this one. */
static void
part(void)
{
	pid_t pid = fork();

	if (pid < 0)
		fatal("fork: %m");
	if (pid > 0)
		_exit(0);
	(void)setsid();
}

int
main(int argc, char **argv)
{
	const char *config = NULL;
	int (*work)(void) = worker_main;
	int status;

	for (int i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--once")) {
			work = worker_once;
		} else if (text_equal(argv[i], "--slice")) {
			work = worker_slice;
		} else if (text_equal(argv[i], "--config") && i + 1 < argc) {
			config = argv[++i];
		} else {
			fprintf(stderr,
				"usage: wagate-worker [--config FILE] [--once | --slice]\n");
			return 2;
		}
	}
	if (work == worker_slice)
		part();
	gateway_start("wagate-worker", config, &gateway_guarded);
	if (work == worker_main)
		gateway_stay();
	status = work();
	gateway_stop();
	return status;
}
