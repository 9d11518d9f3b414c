/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate migrate, config and worker: the gateway's own house.
 *
 * None of them needs a database that is up to date.
 */
#include <errno.h>
#include <unistd.h>

#include "cli.h"
#include "core/settings.h"
#include "serve.h"

static enum rc
migrate(struct cli *cli)
{
	json_t *answer = json_new(cli->op);
	int applied;

	TRY(gateway_migrate(cli->op, &applied));
	json_put_int(answer, "applied", applied);
	return cli_show(cli, answer);
}

static enum rc
config_check(struct cli *cli)
{
	json_t *answer = json_new(cli->op), *lines = json_new_array(cli->op);
	const char *problems, **line;
	enum rc rc;
	size_t n;

	TRY(cli_choose_config(cli));
	rc = settings_load(cli->config, &problems);
	line = text_split(cli->op->arena, problems, '\n', &n);
	for (size_t i = 0; i < n; i++) {
		fprintf(stderr, "%s\n", line[i]);
		json_array_append_new(lines, json_string(line[i]));
	}
	json_put_bool(answer, "ok", rc == RC_OK);
	json_object_set(answer, "problems", lines);
	if (cli->json)
		TRY(cli_show(cli, answer));
	else if (rc == RC_OK)
		printf("%s: nothing is wrong\n", cli->config);
	return rc;
}

struct walk {
	struct cli *cli;
	json_t *items;
};

static void
see_setting(void *arg, const struct setting_info *info)
{
	struct walk *walk = arg;
	json_t *item = json_new(walk->cli->op);

	json_put(item, "section", info->section);
	json_put(item, "key", info->key);
	json_put(item, "value", info->value);
	json_put(item, "origin", info->origin);
	json_put(item, "default", info->absent);
	json_put(item, "meaning", info->sentence);
	json_array_append(walk->items, item);
}

static enum rc
config_show(struct cli *cli)
{
	struct walk walk = { cli, json_new_array(cli->op) };

	settings_walk(see_setting, &walk);
	return cli_show_list(cli, walk.items, NULL, "section,key,value,origin");
}

static enum rc
worker(struct cli *cli)
{
	const char *path = place_of_binary(cli->op, "wagate-worker");
	const char *argv[] = { path, "--config", settings()->file,
			       cli_has(cli, "once") ? "--once" : NULL, NULL };

	execv(path, (char *const *)argv);
	return op_fail(cli->op, RC_INTERNAL, "Cannot start %s: %s", path, strerror(errno));
}

static const struct flag worker_flags[] = {
	{ "once", FLAG_SWITCH, NULL, "do what is due and end, for cron", false },
	FLAGS_END,
};

const struct command system_commands[] = {
	{ "migrate", NULL, NULL, NEEDS_SETTINGS, NULL, migrate,
	  "Bring the database's tables up to date" },
	{ "config", "check", NULL, NEEDS_NOTHING, NULL, config_check,
	  "Name every wrong key of the configuration with its line" },
	{ "config", "show", NULL, NEEDS_SETTINGS, NULL, config_show,
	  "Every setting in force and where it comes from" },
	{ "worker", NULL, NULL, NEEDS_SETTINGS, worker_flags, worker,
	  "Apply what came in and deliver what is due, in the foreground" },
	{ 0 },
};
