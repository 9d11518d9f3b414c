/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine - what every process of the product starts with
 *
 * Settings, log, secrets, database and, where calls go out, the net: in this order, because each
 * needs the one before. Whatever is missing ends the process with a sentence that says what to
 * do; a process that has started can work.
 */
#include "gateway/engine.h"

#include "core/log.h"
#include "core/secret.h"
#include "core/settings.h"
#include "store/catalog.h"

static const struct outward *out;
static void (*last_words)(void);

static void
read_settings(const char *config)
{
	const char *problems;

	if (settings_load(config, &problems) != RC_OK)
		fatal("%s", problems);
}

static enum log_level
level_of(const char *word)
{
	static const char *const words[LOG__MAX] = {
		[LOG_ERROR] = "error",
		[LOG_WARN] = "warn",
		[LOG_INFO] = "info",
		[LOG_DEBUG] = "debug",
	};

	for (enum log_level level = LOG_ERROR; level < LOG__MAX; level++)
		if (text_equal(word, words[level]))
			return level;
	return LOG_INFO;
}

void
gateway_log(const char *program)
{
	struct arena *arena = arena_new(0);
	const char *dir = settings()->log_dir;
	const char *path = text_empty(dir) ? "" : arena_printf(arena, "%s/%s.log", dir, program);

	log_open(program, path, level_of(settings()->log_level));
	arena_free(arena);
}

enum rc
gateway_open_database(struct op *op)
{
	return db_open(op, &store_catalog, false);
}

/* RFC 3875 4.1.4: set for every CGI program and for no other. */
static bool
is_cgi(void)
{
	return getenv("GATEWAY_INTERFACE") != NULL;
}

void
gateway_start(const char *program, const char *config, const struct outward *outward)
{
	struct op *op;

	secret_start();
	read_settings(config);
	gateway_log(program);
	op = op_begin(program);
	secret_key_load(settings()->secrets_master_key);
	if (gateway_open_database(op) != RC_OK)
		fatal("%s", op->why);
	if (outward != NULL && outward->ready(op) != RC_OK)
		fatal("%s", op->why);
	if (outward != NULL && outward->start != NULL)
		outward->start(!is_cgi());
	out = outward;
	op_end(op);
}

void
gateway_stay(void)
{
	arena_tune_malloc();
	if (!is_cgi())
		db_require_writer(true);
}

bool
gateway_has_timer(void)
{
	return out != NULL && out->has_timer != NULL && out->has_timer();
}

void
gateway_after(int64_t ms, void (*fire)(void *arg), void *arg)
{
	expect(gateway_has_timer());
	out->after(ms, fire, arg);
}

void
gateway_before_stop(void (*say)(void))
{
	last_words = say;
}

void
gateway_stop(void)
{
	if (out != NULL && out->stop != NULL)
		out->stop();
	out = NULL;
	if (last_words != NULL)
		last_words();
	last_words = NULL;
	db_close();
}

int
gateway_writer(void)
{
	secret_start();
	read_settings(NULL);
	gateway_log("wagate-writer");
	return db_writer_main(&store_catalog);
}

enum rc
gateway_migrate(struct op *op, int *applied)
{
	return db_migrate(op, &store_catalog, applied);
}

void
gateway_rest(struct op *op)
{
	db_rest(op);
}
