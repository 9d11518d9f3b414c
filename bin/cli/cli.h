/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "core/json.h"
#include "core/shape.h"
#include "gateway/engine.h"

/*
 * The command line: wagate [--config FILE] NOUN VERB [OBJECT] [--flag value ...] [--json]
 *
 * Commands are tables of facts (what they are called, what they take, what they need) with a
 * function each; parsing, help, errors and both forms of output are done once for all of them.
 */
enum flag_kind {
	FLAG_VALUE,  /* --name VALUE, the last one counts */
	FLAG_SWITCH, /* --name */
	FLAG_MANY,   /* --name VALUE, may be repeated */
	FLAG_SECRET, /* --name VALUE, or --name-stdin: one line of standard input */
	FLAG_SECRETS /* the same, may be repeated */
};

struct flag {
	const char *name; /* "time-zone"; NULL ends a table */
	enum flag_kind kind;
	const char *value; /* what stands for it in the help: "ZONE" */
	const char *help;
	bool needed;
};
#define FLAGS_END                                    \
	{                                            \
		NULL, FLAG_SWITCH, NULL, NULL, false \
	}

enum needs {
	NEEDS_NOTHING, /* not even a configuration */
	NEEDS_SETTINGS,
	NEEDS_ENGINE, /* settings, secrets and the database */
	NEEDS_NET     /* and HTTP out */
};

struct cli;
typedef enum rc command_run(struct cli *cli);

struct command {
	const char *noun, *verb; /* verb NULL: the noun alone is the command */
	const char *object;      /* "ACCOUNT", "[INSTANCE]" when it may be left out, or NULL */
	enum needs needs;
	const struct flag *flags; /* ended by FLAGS_END; NULL: none */
	command_run *run;
	const char *help; /* one line */
};

/* Tables of commands, each ended by a NULL noun. */
extern const struct command account_commands[], user_commands[], instance_commands[];
extern const struct command key_commands[], endpoint_commands[], message_commands[];
extern const struct command inbound_commands[], delivery_commands[], suppression_commands[];
extern const struct command policy_commands[], notice_commands[];
extern const struct command template_commands[];
extern const struct command keyword_commands[];
extern const struct command system_commands[], init_commands[], serve_commands[];
extern const struct command *const command_tables[]; /* all of them, NULL after the last */

enum { GIVEN_MAX = 64, WORDS_MAX = 40 };

struct cli {
	struct op *op;
	const struct command *command;
	const char *config, *account; /* --config, --account; NULL */
	bool json, help, version;
	const char *noun, *verb, *object;
	const char *words[WORDS_MAX]; /* what stands behind the object, for set */
	size_t word_count;
	struct {
		const struct flag *flag;
		const char *value; /* NULL for a switch */
	} given[GIVEN_MAX];
	size_t given_count;
	bool usage;                    /* the failure is one of usage: exit 2 */
	struct everywhere *everywhere; /* a list runs in every account: rows are gathered */
};

/* ---- parsing (cli_parse.c) ---- */

/* Fill cli from the arguments. RC_INPUT with a sentence for what makes no sense. */
MUST_CHECK enum rc cli_parse(struct cli *cli, int argc, char **argv);

/* A failure of usage: exit 2. */
MUST_CHECK enum rc cli_usage(struct cli *cli, const char *format, ...) PRINTF_LIKE(2, 3);

/* The candidate that somebody who typed word probably meant, or NULL; candidates end with NULL. */
const char *cli_nearest(const char *word, const char *const *candidates);

/* The command of a noun and verb; NULL. */
const struct command *cli_find(const char *noun, const char *verb);
bool cli_is_noun(const char *noun);

/* The configuration's path into cli->config: --config, $WAGATE_CONFIG, or ./var/wagate.conf where
 * it is there; usage error otherwise. */
MUST_CHECK enum rc cli_choose_config(struct cli *cli);

/* ---- reading flags (cli_flags.c) ---- */

/* The flag's value, the last one given; NULL when it was not. */
const char *cli_value(const struct cli *cli, const char *name);
bool cli_has(const struct cli *cli, const char *name);
/* All its values, in the arena. */
size_t cli_values(const struct cli *cli, const char *name, const char ***values);

/* --limit and --cursor, which every list has. */
#define LIST_FLAGS                                                                   \
	{ "limit", FLAG_VALUE, "N", "rows, 1 to 200; 50 when not given", false },    \
	{                                                                            \
		"cursor", FLAG_VALUE, "CURSOR", "where the page before ended", false \
	}
MUST_CHECK enum rc cli_page(struct cli *cli, struct page_query *out);
/* A time or a date, or so long ago: 30m, 2h, 7d; 0 when the flag was not given. */
MUST_CHECK enum rc cli_time(struct cli *cli, const char *name, struct instant *out);
/* "key=value" of --set and of words behind the object; usage error otherwise. */
struct pair {
	const char *key, *value;
};
MUST_CHECK enum rc cli_pairs(struct cli *cli, struct list *out);

/* ---- what a command works on ---- */

/* The account of --account, or the one that owns the object, or the only one there is. */
MUST_CHECK enum rc cli_account(struct cli *cli);
/* The same with the id of something else than the command's object; NULL: no hint. */
MUST_CHECK enum rc cli_account_by(struct cli *cli, const char *id);
/* The same where the object is an instance by id, slug or name. */
MUST_CHECK enum rc cli_account_of_instance(struct cli *cli, const char *ref);

/* ---- lists without an account (cli_everywhere.c) ---- */

/* Run the command; a list that could not choose among several accounts runs in all of them. */
MUST_CHECK enum rc cli_run(struct cli *cli);
/* Keep the rows of one account for the list of all. */
MUST_CHECK enum rc
cli_gather(struct cli *cli, json_t *items, const char *next_cursor, const char *columns);

/* ---- showing (cli_print.c) ---- */

/* One object: JSON, or a line for each member. */
MUST_CHECK enum rc cli_show(struct cli *cli, const json_t *object);
MUST_CHECK enum rc cli_show_shape(struct cli *cli, const struct shape *shape, const void *object);
/* A list: JSON with items and next_cursor, or a table of these columns ("id,name,state"). */
MUST_CHECK enum rc
cli_show_list(struct cli *cli, json_t *items, const char *next_cursor, const char *columns);
/* What was done, for people; JSON {"id": ...} beside the members of object, which may be NULL. */
MUST_CHECK enum rc cli_done(struct cli *cli, const char *id, const char *sentence);

/* ---- the demo (cmd_demo.c) ---- */

/* Fill a new database with the demo account and write demo.json and simulator.json; config: the
 * absolute path that the configuration will have. After gateway_start. */
MUST_CHECK enum rc demo_make(struct cli *cli, const char *config);

/* ---- the doctor (cmd_doctor.c) ---- */
MUST_CHECK enum rc doctor(struct cli *cli);

/* ---- help (cli_help.c) ---- */
void cli_help(FILE *out, const struct cli *cli);

#endif
