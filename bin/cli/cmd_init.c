/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate init: a data directory with configuration, master key, folders and database. The
 * configuration gets its name last, so that a directory without one is a directory to begin with;
 * what an interrupted beginning left behind is known by its marker and cleared away.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "core/secret.h"
#include "core/settings.h"
#include "serve.h"

static const char plain_config[] = "# wagate's configuration, made by `wagate init`. `wagate "
				   "config show` lists every setting\n"
				   "# with its meaning; `wagate config check` names what is wrong. "
				   "Relative paths begin here.\n"
				   "\n"
				   "[data]\n"
				   "dir = .\n"
				   "\n"
				   "[web]\n"
				   "# The address under which people and Meta reach this gateway.\n"
				   "url = http://127.0.0.1:8080\n"
				   "bind = 127.0.0.1\n"
				   "port = 8080\n";

static const char demo_config[] = "\n"
				  "[cloud]\n"
				  "# The simulator below, instead of Meta.\n"
				  "graph_url = http://127.0.0.1:8080/_sim\n"
				  "\n"
				  "[simulator]\n"
				  "on = true\n"
				  "\n"
				  "[destinations]\n"
				  "allow = loopback\n";

/* Where everything goes; absolute. */
struct place {
	const char *dir, *config, *draft, *marker;
};

static enum rc
make_folder(struct op *op, const char *path)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return RC_OK;
	return op_fail(op, RC_INTERNAL, "Cannot make the folder %s: %s", path, strerror(errno));
}

/* With every folder above it that is missing. */
static enum rc
make_folders(struct op *op, const char *path)
{
	char *copy = arena_dup(op->arena, path);

	for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		TRY(make_folder(op, copy));
		*slash = '/';
	}
	return make_folder(op, copy);
}

static enum rc
find_place(struct cli *cli, struct place *out)
{
	struct op *op = cli->op;
	const char *path = cli->config;
	const char *name, *dir;
	char real[PATH_MAX];

	if (path == NULL)
		path = text_empty(getenv("WAGATE_CONFIG")) ? "./var/wagate.conf"
							   : getenv("WAGATE_CONFIG");
	name = basename(arena_dup(op->arena, path));
	dir = dirname(arena_dup(op->arena, path));
	TRY(make_folders(op, dir));
	if (realpath(dir, real) == NULL)
		return op_fail(op, RC_INTERNAL, "Cannot find %s: %s", dir, strerror(errno));
	if (access(real, W_OK | X_OK) != 0)
		return op_fail(op, RC_INTERNAL,
			       "Cannot write in %s: %s; the folder must belong to the user who "
			       "runs wagate",
			       real, strerror(errno));
	out->dir = arena_dup(op->arena, real);
	out->config = arena_printf(op->arena, "%s/%s", real, name);
	out->draft = arena_printf(op->arena, "%s.new", out->config);
	out->marker = arena_printf(op->arena, "%s/init.unfinished", real);
	if (access(out->config, F_OK) == 0)
		return op_fail(op, RC_CONFLICT,
			       "%s is there already: start it with wagate serve, or begin anew in "
			       "another folder",
			       out->config);
	return RC_OK;
}

static enum rc
write_file(struct op *op, const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t n = strlen(text);
	bool written = fd >= 0 && write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;

	if (fd >= 0 && close(fd) == 0 && written)
		return RC_OK;
	return op_fail(op, RC_INTERNAL, "Cannot write %s: %s", path, strerror(errno));
}

static const char *const own_files[] = {
	"wagate.db",
	"wagate.db-wal",
	"wagate.db-shm",
	"master.key",
};

static const char *
own_path(struct op *op, const struct place *place, size_t i)
{
	return arena_printf(op->arena, "%s/%s", place->dir, own_files[i]);
}

/* With the marker, what lies here was made by a beginning that did not end. Without it, a database
 * or a key is somebody's: it is used, and the marker is not set, so that nothing ever clears it. */
static enum rc
clear_leftovers(struct op *op, const struct place *place)
{
	bool unfinished = access(place->marker, F_OK) == 0;

	for (size_t i = 0; i < ARRAY_LEN(own_files); i++) {
		const char *path = own_path(op, place, i);

		if (!unfinished && access(path, F_OK) == 0)
			return RC_OK;
		if (unfinished && unlink(path) != 0 && errno != ENOENT)
			return op_fail(op, RC_INTERNAL, "Cannot remove %s: %s", path,
				       strerror(errno));
	}
	return write_file(op, place->marker, "");
}

static enum rc
make_data_folders(struct op *op, const struct place *place)
{
	static const char *const names[] = { "mail", "media" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		TRY(make_folder(op, arena_printf(op->arena, "%s/%s", place->dir, names[i])));
	if (!text_empty(settings()->log_dir))
		TRY(make_folders(op, settings()->log_dir));
	return make_folders(op, settings()->run_dir);
}

static enum rc
read_settings(struct op *op, const char *path)
{
	const char *problems;

	if (settings_load(path, &problems) == RC_OK)
		return RC_OK;
	return op_fail(op, RC_INPUT, "%s", problems);
}

/* The configuration under its provisional name, with the address that was asked for. */
static enum rc
write_config(struct cli *cli, const struct place *place)
{
	const char *port_text = cli_value(cli, "port"), *url = cli_value(cli, "url");
	const char *bind = cli_value(cli, "bind");
	int64_t port = 0;

	if (port_text != NULL && !text_int(port_text, 1, 65535, &port))
		return cli_usage(cli, "--port is a number from 1 to 65535");
	TRY(write_file(cli->op, place->draft,
		       arena_printf(cli->op->arena, "%s%s", plain_config,
				    cli_has(cli, "demo") ? demo_config : "")));
	TRY(read_settings(cli->op, place->draft));
	if (demo_elsewhere(&bind, &port))
		TRY(demo_move(cli->op, bind, port));
	if (url != NULL)
		TRY(config_edit(cli->op, place->draft, "web", "url", url));
	return read_settings(cli->op, place->draft);
}

static enum rc
make_key(struct op *op)
{
	enum rc rc = secret_key_create(op, settings()->secrets_master_key);

	if (rc == RC_CONFLICT) {
		op_forgive(op);
		return RC_OK;
	}
	return rc;
}

static enum rc
make_demo(struct cli *cli, const struct place *place)
{
	enum rc rc;

	gateway_start("wagate", place->draft, &gateway_guarded);
	rc = demo_make(cli, place->config);
	gateway_stop();
	return rc;
}

/* The marker goes first: one that stayed behind would clear real data away some day. */
static enum rc
finish(struct op *op, const struct place *place)
{
	int dir;

	if (unlink(place->marker) != 0 && errno != ENOENT)
		return op_fail(op, RC_INTERNAL, "Cannot remove %s: %s", place->marker,
			       strerror(errno));
	if (rename(place->draft, place->config) != 0)
		return op_fail(op, RC_INTERNAL, "Cannot make %s: %s", place->config,
			       strerror(errno));
	dir = open(place->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0) {
		fsync(dir);
		close(dir);
	}
	return RC_OK;
}

static enum rc
init(struct cli *cli)
{
	json_t *answer = json_new(cli->op);
	struct place place = { "", "", "", "" };
	int applied;

	/* Whatever is made here is for its owner alone, the database too. */
	umask(077);
	TRY(find_place(cli, &place));
	TRY(clear_leftovers(cli->op, &place));
	TRY(write_config(cli, &place));
	TRY(make_data_folders(cli->op, &place));
	TRY(make_key(cli->op));
	TRY(gateway_migrate(cli->op, &applied));
	if (cli_has(cli, "demo"))
		TRY(make_demo(cli, &place));
	TRY(finish(cli->op, &place));
	json_put(answer, "config", place.config);
	json_put(answer, "data", place.dir);
	return cli_show(cli, answer);
}

static const struct flag init_flags[] = {
	{ "demo", FLAG_SWITCH, NULL, "with a demo account, the simulator, and demo.json", false },
	{ "port", FLAG_VALUE, "PORT", "for [web] port; 8080", false },
	{ "bind", FLAG_VALUE, "ADDRESS", "for [web] bind; 127.0.0.1", false },
	{ "url", FLAG_VALUE, "URL", "for [web] url, where people and Meta reach it", false },
	FLAGS_END,
};

const struct command init_commands[] = {
	{ "init", NULL, NULL, NEEDS_NOTHING, init_flags, init,
	  "Make a data directory: configuration, key, folders and database" },
	{ "doctor", NULL, NULL, NEEDS_NOTHING, NULL, doctor,
	  "Look whether everything is in order, and say what to do" },
	{ 0 },
};
