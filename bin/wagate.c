/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate - the command line
 *
 *	wagate [--config FILE] NOUN VERB [OBJECT] [--flag value ...] [--json]
 *
 * The commands are tables in bin/cli. Answers go to standard output, errors to standard error;
 * exit 1 when it failed, 2 when the line makes no sense.
 */
#include "cli/cli.h"
#include "core/secret.h"
#include "core/settings.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* Problems are lines of their own, each with its place. */
static enum rc
read_settings(struct cli *cli)
{
	const char *problems;
	enum rc rc = settings_load(cli->config, &problems);

	if (rc != RC_OK)
		fprintf(stderr, "%s\n", problems);
	return rc;
}

static enum rc
run_command(struct cli *cli)
{
	enum needs needs = cli->command->needs;
	enum rc rc;

	if (needs == NEEDS_NOTHING)
		return cli->command->run(cli);
	TRY(cli_choose_config(cli));
	TRY(read_settings(cli));
	if (needs == NEEDS_SETTINGS)
		return cli->command->run(cli);
	gateway_start("wagate", cli->config,
		      needs == NEEDS_NET ? &gateway_outward : &gateway_guarded);
	rc = cli_run(cli);
	gateway_stop();
	return rc;
}

static enum rc
run(struct cli *cli, int argc, char **argv)
{
	TRY(cli_parse(cli, argc, argv));
	if (cli->version) {
		printf("wagate %s\n", WAGATE_VERSION);
		return RC_OK;
	}
	if (cli->help) {
		cli_help(stdout, cli);
		return RC_OK;
	}
	if (cli->command == NULL) {
		cli_help(stderr, cli);
		cli->usage = true;
		return RC_INPUT;
	}
	return run_command(cli);
}

int
main(int argc, char **argv)
{
	struct cli cli = { 0 };
	enum rc rc;

	secret_start();
	cli.op = op_begin("cli");
	rc = run(&cli, argc, argv);
	if (rc != RC_OK && cli.op->why[0] != '\0')
		fprintf(stderr, "wagate: %s\n", cli.op->why);
	if (rc == RC_OK && fflush(stdout) != 0) {
		fprintf(stderr, "wagate: cannot write the answer: %m\n");
		rc = RC_INTERNAL;
	}
	op_end(cli.op);
	if (rc == RC_OK)
		return 0;
	return cli.usage ? EXIT_USAGE : EXIT_FAILED;
}
