/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site - the main of every program in cgi-bin/
 *
 * Reads the few arguments, starts the engine, and hands the program's table to web/ together
 * with the hooks that all programs share: who may come in (gates.c), what failures look like
 * (problem.c), which headers every answer carries (headers.c), what is around every page
 * (frame.c).
 */
#include "core/settings.h"
#include "gateway/piggyback.h"
#include "site/visitor.h"

const struct web_site site_hooks = {
	.gate = gate_enter,
	.problem = problem_answer,
	.headers = headers_set,
	.frame_shape = frame_shape,
	.frame = frame_make,
	.gate_name = gate_name,
	.after = gateway_piggyback,
};

struct arguments {
	const char *config;
	bool describe, check_pages;
};

static bool
arguments_read(struct arguments *out, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--describe"))
			out->describe = true;
		else if (text_equal(argv[i], "--check-pages"))
			out->check_pages = true;
		else if (text_equal(argv[i], "--config") && i + 1 < argc)
			out->config = argv[++i];
		else
			return false;
	}
	return true;
}

/* Pages share a setting; the programs with another kind of load have their own. */
static int64_t
threads_of(const char *program)
{
	if (text_equal(program, "send-message"))
		return settings()->web_send_threads;
	if (text_equal(program, "webhook"))
		return settings()->web_webhook_threads;
	if (text_equal(program, "media"))
		return settings()->web_media_threads;
	return settings()->web_page_threads;
}

int
site_main(int argc, char **argv, const struct program *program, const struct outward *outward)
{
	struct arguments arguments = { .config = NULL };
	struct program serving = *program;
	int status;

	if (!arguments_read(&arguments, argc, argv)) {
		fprintf(stderr, "usage: %s [--config FILE] [--describe | --check-pages]\n",
			program->name);
		return 2;
	}
	if (arguments.describe)
		return web_describe(program, &site_hooks);
	if (arguments.check_pages)
		return pages_check(program);
	gateway_start(program->name, arguments.config, outward);
	gateway_stay();
	if (serving.threads == 0)
		serving.threads = threads_of(program->name);
	status = web_main(&serving, &site_hooks);
	gateway_stop();
	return status;
}
