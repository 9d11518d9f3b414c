/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments into a command with its object and flags. Global flags may stand anywhere; the
 * command's own only where its noun and verb are known already. An unknown word names the
 * nearest one that exists.
 */
#include "cli.h"

#include <stdarg.h>
#include <unistd.h>

enum { NAME_MAX_LENGTH = 40, LINE_MAX_LENGTH = 8192 };

const struct command *const command_tables[] = {
	init_commands,
	system_commands,
	serve_commands,
	account_commands,
	user_commands,
	key_commands,
	instance_commands,
	endpoint_commands,
	message_commands,
	inbound_commands,
	delivery_commands,
	suppression_commands,
	template_commands,
	policy_commands,
	keyword_commands,
	notice_commands,
	NULL,
};

enum rc
cli_usage(struct cli *cli, const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	cli->usage = true;
	return op_fail(cli->op, RC_INPUT, "%s", text);
}

/* Levenshtein's distance of two short names. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LENGTH + 1], n = strlen(b);

	if (n > NAME_MAX_LENGTH)
		return NAME_MAX_LENGTH;
	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < n; k++) {
			size_t change = corner + (a[i] != b[k]);
			size_t step = (row[k] < row[k + 1] ? row[k] : row[k + 1]) + 1;

			corner = row[k + 1];
			row[k + 1] = change < step ? change : step;
		}
	}
	return row[n];
}

const char *
cli_nearest(const char *word, const char *const *candidates)
{
	const char *best = NULL;
	size_t best_distance = strlen(word) / 2 + 2;

	for (; *candidates != NULL; candidates++) {
		size_t d = distance(word, *candidates);

		if (d < best_distance) {
			best = *candidates;
			best_distance = d;
		}
	}
	return best;
}

bool
cli_is_noun(const char *noun)
{
	for (const struct command *const *table = command_tables; *table != NULL; table++)
		for (const struct command *c = *table; c->noun != NULL; c++)
			if (text_equal(c->noun, noun))
				return true;
	return false;
}

const struct command *
cli_find(const char *noun, const char *verb)
{
	for (const struct command *const *table = command_tables; *table != NULL; table++)
		for (const struct command *c = *table; c->noun != NULL; c++)
			if (text_equal(c->noun, noun) && text_equal(c->verb, verb))
				return c;
	return NULL;
}

/* Names of all nouns, or of a noun's verbs, NULL after the last. */
static const char **
names_known(struct cli *cli, const char *noun)
{
	enum { NAMES_MAX = 200 };
	const char **names = arena_array(cli->op->arena, NAMES_MAX + 1, sizeof(*names));
	size_t n = 0;

	for (const struct command *const *table = command_tables; *table != NULL; table++)
		for (const struct command *c = *table; c->noun != NULL && n < NAMES_MAX; c++) {
			if (noun == NULL)
				names[n++] = c->noun;
			else if (text_equal(c->noun, noun) && c->verb != NULL)
				names[n++] = c->verb;
		}
	return names;
}

static enum rc
unknown_word(struct cli *cli, const char *kind, const char *word, const char *const *known)
{
	const char *near = cli_nearest(word, known);

	if (near == NULL)
		return cli_usage(cli, "There is no %s \"%s\"; wagate --help lists them", kind,
				 word);
	return cli_usage(cli, "There is no %s \"%s\"; did you mean \"%s\"?", kind, word, near);
}

/* A word that is no flag: the noun, its verb, the object, then what stands behind it. */
static enum rc
take_word(struct cli *cli, const char *word)
{
	if (cli->noun == NULL) {
		if (!cli_is_noun(word))
			return unknown_word(cli, "command", word, names_known(cli, NULL));
		cli->noun = word;
		cli->command = cli_find(word, NULL);
		return RC_OK;
	}
	if (cli->command == NULL) {
		cli->verb = word;
		cli->command = cli_find(cli->noun, word);
		if (cli->command == NULL)
			return unknown_word(cli,
					    arena_printf(cli->op->arena, "verb of %s", cli->noun),
					    word, names_known(cli, cli->noun));
		return RC_OK;
	}
	if (cli->command->object != NULL && cli->object == NULL) {
		cli->object = word;
		return RC_OK;
	}
	if (cli->word_count == WORDS_MAX)
		return cli_usage(cli, "Too many words");
	cli->words[cli->word_count++] = word;
	return RC_OK;
}

/* One line of standard input without its end. */
static enum rc
read_secret(struct cli *cli, const char *name, const char **out)
{
	char line[LINE_MAX_LENGTH];
	size_t n = 0;

	while (n < sizeof(line) && read(STDIN_FILENO, line + n, 1) == 1 && line[n] != '\n')
		n++;
	if (n == sizeof(line))
		return cli_usage(cli, "The line for --%s-stdin is too long", name);
	if (n > 0 && line[n - 1] == '\r')
		n--;
	if (!text_is_utf8(bytes_slice(line, n)))
		return cli_usage(cli, "The line for --%s-stdin is not UTF-8", name);
	*out = arena_dupn(cli->op->arena, line, n);
	return RC_OK;
}

static bool
is_secret(const struct flag *flag)
{
	return flag->kind == FLAG_SECRET || flag->kind == FLAG_SECRETS;
}

/* The command's flag of that name; *from_stdin for the twin of a secret. */
static const struct flag *
find_flag(const struct command *command, const char *name, bool *from_stdin)
{
	for (const struct flag *f = command->flags; f != NULL && f->name != NULL; f++) {
		size_t n = strlen(f->name);

		*from_stdin = is_secret(f) && strncmp(name, f->name, n) == 0 &&
			      text_equal(name + n, "-stdin");
		if (*from_stdin || text_equal(f->name, name))
			return f;
	}
	return NULL;
}

static const char **
flags_known(struct cli *cli)
{
	static const char *const global[] = { "config", "json", "account", "help", "version" };
	const char **names = arena_array(cli->op->arena, GIVEN_MAX, sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(global); i++)
		names[n++] = global[i];
	if (cli->command == NULL || cli->command->flags == NULL)
		return names;
	for (const struct flag *f = cli->command->flags; f->name != NULL; f++) {
		names[n++] = f->name;
		if (is_secret(f))
			names[n++] = arena_printf(cli->op->arena, "%s-stdin", f->name);
	}
	return names;
}

static enum rc
unknown_flag(struct cli *cli, const char *name)
{
	const char *near = cli_nearest(name, flags_known(cli));

	if (cli->command == NULL && near == NULL)
		return cli_usage(cli, "--%s is no global flag: write it behind the command", name);
	if (near == NULL)
		return cli_usage(cli, "There is no flag --%s here; --help lists them", name);
	return cli_usage(cli, "There is no flag --%s here; did you mean --%s?", name, near);
}

/* A flag on its way: its name and, when it was written with "=", its value. */
struct argument {
	const char *name, *value;
	char **rest; /* arguments behind it; the first becomes the value if one is needed */
	int used;    /* how many of them it took */
};

static enum rc
take_value(struct cli *cli, struct argument *a, const char **out)
{
	const char *value = a->value;

	if (value == NULL) {
		value = a->rest[0];
		a->used = value == NULL ? 0 : 1;
	}
	if (value == NULL)
		return cli_usage(cli, "--%s needs a value", a->name);
	if (!text_is_utf8(bytes_of(value)))
		return cli_usage(cli, "The value of --%s is not UTF-8", a->name);
	*out = value;
	return RC_OK;
}

/* True when that is a global switch; it is on from now. */
static bool
take_switch(struct cli *cli, const char *name)
{
	bool json = text_equal(name, "json"), help = text_equal(name, "help");
	bool version = text_equal(name, "version");

	cli->json = cli->json || json;
	cli->help = cli->help || help;
	cli->version = cli->version || version;
	return json || help || version;
}

static enum rc
take_flag(struct cli *cli, struct argument *a)
{
	const struct flag *flag;
	const char *value = NULL;
	bool from_stdin = false;

	if (text_equal(a->name, "config"))
		return take_value(cli, a, &cli->config);
	if (text_equal(a->name, "account"))
		return take_value(cli, a, &cli->account);
	if (take_switch(cli, a->name))
		return RC_OK;
	flag = cli->command == NULL ? NULL : find_flag(cli->command, a->name, &from_stdin);
	if (flag == NULL)
		return unknown_flag(cli, a->name);
	if (from_stdin)
		TRY(read_secret(cli, flag->name, &value));
	else if (flag->kind != FLAG_SWITCH)
		TRY(take_value(cli, a, &value));
	if (cli->given_count == GIVEN_MAX)
		return cli_usage(cli, "Too many flags");
	cli->given[cli->given_count].flag = flag;
	cli->given[cli->given_count++].value = value;
	return RC_OK;
}

static enum rc
take_argument(struct cli *cli, char **argv, int *used)
{
	const char *text = argv[0] + 2, *equals = strchr(argv[0], '=');
	struct argument a = { .name = text, .rest = argv + 1 };

	*used = 1;
	if (text_equal(argv[0], "-h")) {
		cli->help = true;
		return RC_OK;
	}
	if (!text_starts(argv[0], "--") || text_equal(argv[0], "--"))
		return take_word(cli, argv[0]);
	if (equals != NULL) {
		a.name = arena_dupn(cli->op->arena, text, (size_t)(equals - text));
		a.value = equals + 1;
	}
	TRY(take_flag(cli, &a));
	*used += a.used;
	return RC_OK;
}

static enum rc
check_flags(struct cli *cli)
{
	for (const struct flag *f = cli->command->flags; f != NULL && f->name != NULL; f++) {
		if (!f->needed || cli_has(cli, f->name))
			continue;
		if (is_secret(f))
			return cli_usage(cli, "--%s-stdin (or --%s) is needed", f->name, f->name);
		return cli_usage(cli, "--%s is needed", f->name);
	}
	return RC_OK;
}

static enum rc
check_complete(struct cli *cli)
{
	const struct command *c = cli->command;

	if (c == NULL)
		return cli_usage(cli, "Say what to do with %s; wagate %s --help lists the verbs",
				 cli->noun, cli->noun);
	if (c->object != NULL && c->object[0] != '[' && cli->object == NULL)
		return cli_usage(cli, "Say which: wagate %s %s %s", c->noun,
				 c->verb == NULL ? "" : c->verb, c->object);
	return check_flags(cli);
}

enum rc
cli_parse(struct cli *cli, int argc, char **argv)
{
	int used;

	for (int i = 1; i < argc; i += used)
		TRY(take_argument(cli, argv + i, &used));
	if (cli->help || cli->version || cli->noun == NULL)
		return RC_OK;
	return check_complete(cli);
}
