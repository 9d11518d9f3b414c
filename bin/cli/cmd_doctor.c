/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate doctor: every assumption of the gateway, looked at one by one. A check that cannot be
 * made because one before it failed is left away, so that the first "no" is the one to mend.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "core/settings.h"
#include "db/db.h"
#include "gateway/notices.h"
#include "serve.h"

enum { CHECKS_MAX = 24 };

struct doctor {
	struct cli *cli;
	struct check checks[CHECKS_MAX];
	size_t n;
	bool well;
};

static void
find(struct doctor *d, const char *name, bool ok, const char *sentence)
{
	expect(d->n < CHECKS_MAX);
	d->checks[d->n++] = (struct check){ name, ok, sentence };
	d->well = d->well && ok;
}

static void
look_at_key(struct doctor *d)
{
	struct arena *arena = d->cli->op->arena;
	const char *path = settings()->secrets_master_key;
	struct stat st;

	if (stat(path, &st) != 0)
		find(d, "master_key", false,
		     arena_printf(arena,
				  "%s: %m; put the key back that the secrets were sealed "
				  "with, or run wagate init in a new folder",
				  path));
	else if ((st.st_mode & 077) != 0)
		find(d, "master_key", false,
		     arena_printf(arena, "%s is open to other users: chmod 600 %s", path, path));
	else if (access(path, R_OK) != 0)
		find(d, "master_key", false,
		     arena_printf(arena, "%s cannot be read: %m; run as the user it belongs to",
				  path));
	else
		find(d, "master_key", true, "The master key is there and nobody else's");
}

static void
look_at_folder(struct doctor *d, const char *name, const char *path)
{
	struct arena *arena = d->cli->op->arena;
	bool ok = access(path, R_OK | W_OK | X_OK) == 0;

	if (ok)
		find(d, name, true, arena_printf(arena, "%s is writable", path));
	else
		find(d, name, false,
		     arena_printf(arena, "%s: %m; make it, for the user who runs wagate", path));
}

static void
look_at_folders(struct doctor *d)
{
	look_at_folder(d, "data_folder", settings()->data_dir);
	look_at_folder(d, "run_folder", settings()->run_dir);
	look_at_folder(d, "media_folder",
		       arena_printf(d->cli->op->arena, "%s/media", settings()->data_dir));
	if (!text_empty(settings()->log_dir))
		look_at_folder(d, "log_folder", settings()->log_dir);
}

/* A clock that was set back makes times of yesterday's rows lie in the future. */
static void
look_at_clock(struct doctor *d)
{
	struct arena *arena = d->cli->op->arena;
	struct instant now = d->cli->op->now;
	struct stat st;
	int64_t behind = 0;

	if (stat(settings()->database_path, &st) == 0)
		behind = (int64_t)st.st_mtim.tv_sec - now.ms / SECOND_MS;
	if (behind > 60)
		find(d, "clock", false,
		     arena_printf(arena,
				  "The clock is %lld s behind the database's last change: "
				  "set the time (timedatectl set-ntp true)",
				  (long long)behind));
	else
		find(d, "clock", true, arena_printf(arena, "It is %s", clock_rfc3339(arena, now)));
}

static void
look_at_mail(struct doctor *d)
{
	struct check check = { 0 };

	if (gateway_check_mail(d->cli->op, &check) == RC_OK)
		find(d, check.name, check.ok, check.sentence);
	op_forgive(d->cli->op);
}

/* db_open says itself what is wrong: file system, owner, schema. */
static void
look_at_database(struct doctor *d)
{
	struct op *op = d->cli->op;
	const char *verdict;
	struct list found;
	bool ready;

	if (gateway_open_database(op) != RC_OK) {
		find(d, "database", false, arena_dup(op->arena, op->why));
		op_forgive(op);
		return;
	}
	if (db_integrity(op, &verdict) != RC_OK)
		verdict = arena_dup(op->arena, op->why);
	op_forgive(op);
	find(d, "database", text_equal(verdict, "ok"),
	     text_equal(verdict, "ok")
		     ? "The database opens, its schema is current, its pages are sound"
		     : arena_printf(op->arena, "%s: restore a backup", verdict));
	look_at_mail(d);
	if (gateway_ready(op, &found, &ready) == RC_OK)
		for (size_t i = 0; i < found.n; i++) {
			const struct check *check = (const struct check *)found.rows + i;

			find(d, check->name, check->ok, check->sentence);
		}
}

static void
look_at_file(struct doctor *d, const char *name, const char *path, const char *remedy)
{
	struct arena *arena = d->cli->op->arena;

	if (access(path, R_OK) == 0)
		find(d, name, true, path);
	else
		find(d, name, false, arena_printf(arena, "%s: %m; %s", path, remedy));
}

static const char *
place_of_templates(struct op *op)
{
	const char *beside = place_of_binary(op, "../../templates");

	if (!text_empty(settings()->web_templates))
		return settings()->web_templates;
	if (access(beside, R_OK) == 0)
		return beside;
	return place_of_binary(op, "../../../share/wagate/templates");
}

static void
look_at_installation(struct doctor *d)
{
	struct op *op = d->cli->op;

	look_at_file(d, "programs", place_of_programs(op), "run make, or install again");
	look_at_file(d, "writer_program", place_of_binary(op, "wagate-writer"),
		     "run make, or install again");
	look_at_file(d, "worker_program", place_of_binary(op, "wagate-worker"),
		     "run make, or install again");
	look_at_file(d, "templates", place_of_templates(op), "set [web] templates to their folder");
	look_at_file(d, "lighttpd", "/usr/sbin/lighttpd",
		     "apt-get install lighttpd, or use Apache (wagate web-config apache)");
}

static void
print_checks(const struct doctor *d)
{
	for (size_t i = 0; i < d->n; i++)
		printf("%-4s %-16s %s\n", d->checks[i].ok ? "ok" : "NO", d->checks[i].name,
		       d->checks[i].sentence);
}

static enum rc
report(struct doctor *d)
{
	const struct list list = { d->n, d->checks };
	json_t *answer = json_new(d->cli->op);

	json_put_bool(answer, "ok", d->well);
	json_object_set(answer, "checks",
			json_of_list(d->cli->op, check_shape, sizeof(struct check), &list));
	if (d->cli->json)
		TRY(cli_show(d->cli, answer));
	else
		print_checks(d);
	return d->well ? RC_OK : op_fail(d->cli->op, RC_INTERNAL, "Not everything is in order");
}

enum rc
doctor(struct cli *cli)
{
	struct doctor *d = arena_alloc(cli->op->arena, sizeof(*d));
	const char *problems;

	d->cli = cli;
	d->well = true;
	TRY(cli_choose_config(cli));
	if (settings_load(cli->config, &problems) != RC_OK) {
		find(d, "configuration", false, problems);
		return report(d);
	}
	find(d, "configuration", true, settings()->file);
	look_at_key(d);
	look_at_folders(d);
	look_at_clock(d);
	look_at_database(d);
	look_at_installation(d);
	return report(d);
}
