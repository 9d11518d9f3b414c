/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Help, made from the tables of commands: all nouns, the verbs of one, or one command's flags.
 * A command that is in a table is in the help; there is no second list to forget.
 */
#include "cli.h"

static const char global_help[] =
	"Global flags, anywhere in the line:\n"
	"  --config FILE      the configuration; else $WAGATE_CONFIG, else ./var/wagate.conf\n"
	"  --account ACCOUNT  the account, by id or name; not needed where there is only one or\n"
	"                     where the object's id says it\n"
	"  --json             one JSON object on standard output\n"
	"  --help, --version\n"
	"Objects are named by id, name or slug. A secret's flag has a twin --...-stdin that reads "
	"one\n"
	"line of standard input, so that it stays out of the shell's history.\n";

static const char *
line_of(struct op *op, const struct command *c)
{
	return arena_printf(op->arena, "%s%s%s%s%s", c->noun, c->verb == NULL ? "" : " ",
			    c->verb == NULL ? "" : c->verb, c->object == NULL ? "" : " ",
			    c->object == NULL ? "" : c->object);
}

static void
help_flag(struct op *op, FILE *out, const struct flag *f)
{
	bool secret = f->kind == FLAG_SECRET || f->kind == FLAG_SECRETS;
	const char *head =
		arena_printf(op->arena, "--%s%s%s%s", f->name, f->value == NULL ? "" : " ",
			     f->value == NULL ? "" : f->value, secret ? " (or -stdin)" : "");

	fprintf(out, "  %-34s %s%s%s\n", head, f->help, f->needed ? "; needed" : "",
		f->kind == FLAG_MANY || f->kind == FLAG_SECRETS ? "; may be repeated" : "");
}

static void
help_command(struct op *op, FILE *out, const struct command *c)
{
	fprintf(out, "wagate %s\n%s.\n", line_of(op, c), c->help);
	if (c->flags == NULL)
		return;
	fputc('\n', out);
	for (const struct flag *f = c->flags; f->name != NULL; f++)
		help_flag(op, out, f);
}

/* noun NULL: all. */
static void
help_commands(struct op *op, FILE *out, const char *noun)
{
	for (const struct command *const *table = command_tables; *table != NULL; table++)
		for (const struct command *c = *table; c->noun != NULL; c++)
			if (noun == NULL || text_equal(noun, c->noun))
				fprintf(out, "  %-32s %s\n", line_of(op, c), c->help);
}

void
cli_help(FILE *out, const struct cli *cli)
{
	if (cli->command != NULL) {
		help_command(cli->op, out, cli->command);
		return;
	}
	fprintf(out, "wagate [--config FILE] NOUN VERB [OBJECT] [--flag value ...] [--json]\n\n");
	help_commands(cli->op, out, cli->noun);
	fprintf(out, "\n%s%s", global_help,
		"wagate NOUN VERB --help lists the flags of one command.\n");
}
