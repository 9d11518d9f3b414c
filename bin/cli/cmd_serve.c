/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate serve and wagate web-config: the whole gateway in the foreground, and configuration for
 * web servers that stand in front of it. Neither keeps the database open; serve looks whether it
 * fits this build before it starts what would all fail.
 */
#include "cli.h"
#include "db/db.h"
#include "serve.h"

static enum rc
serve(struct cli *cli)
{
	struct serve_options options = {
		.bind = cli_value(cli, "bind"),
		.demo = cli_has(cli, "demo"),
		.no_web = cli_has(cli, "no-web"),
	};
	const char *port = cli_value(cli, "port");

	if (port != NULL && !text_int(port, 1, 65535, &options.port))
		return cli_usage(cli, "--port is a number from 1 to 65535");
	gateway_log("serve");
	TRY(gateway_open_database(cli->op));
	db_close();
	return serve_main(cli->op, &options) == 0 ? RC_OK : RC_INTERNAL;
}

static enum rc
web_config(struct cli *cli)
{
	static const struct {
		const char *server;
		enum rc (*write)(struct op *op, struct buf *out, const struct list *programs);
	} servers[] = {
		{ "lighttpd", webconf_lighttpd },
		{ "apache", webconf_apache },
		{ "htaccess", webconf_htaccess },
	};
	enum { CONF_MAX = 1 << 20 };
	struct list programs;
	struct buf conf;

	for (size_t i = 0; i < ARRAY_LEN(servers); i++) {
		if (!text_equal(servers[i].server, cli->object))
			continue;
		buf_init(&conf, cli->op->arena, CONF_MAX);
		TRY(programs_find(cli->op, &programs, place_of_programs(cli->op)));
		TRY(servers[i].write(cli->op, &conf, &programs));
		fputs(buf_str(&conf), stdout);
		return RC_OK;
	}
	return cli_usage(cli, "There is no configuration for \"%s\": lighttpd, apache or htaccess",
			 cli->object);
}

static const struct flag serve_flags[] = {
	{ "bind", FLAG_VALUE, "ADDRESS", "listen there instead of [web] bind", false },
	{ "port", FLAG_VALUE, "PORT", "listen there instead of [web] port", false },
	{ "demo", FLAG_SWITCH, NULL, "print the demo's sign-in, keys and a curl line", false },
	{ "no-web", FLAG_SWITCH, NULL, "without lighttpd: another web server is in front", false },
	FLAGS_END,
};

const struct command serve_commands[] = {
	{ "serve", NULL, NULL, NEEDS_SETTINGS, serve_flags, serve,
	  "Run everything in the foreground until Ctrl-C" },
	{ "web-config", NULL, "SERVER", NEEDS_SETTINGS, NULL, web_config,
	  "Configuration for lighttpd, apache or htaccess" },
	{ 0 },
};
