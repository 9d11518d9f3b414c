/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate user and wagate operator: the people who sign in.
 *
 * Passwords come by standard input; whoever changes one ends the person's sessions.
 */
#include "cli.h"
#include "domain/account.h"
#include "gateway/people.h"

static enum rc
create_person(struct cli *cli, const char *role)
{
	struct user user = { 0 };

	TRY(cli_account(cli));
	TRY(gateway_create_user(cli->op, &user, cli->op->account_id, cli_value(cli, "email"),
				cli_value(cli, "name"), role, cli_value(cli, "password")));
	return cli_show_shape(cli, user_shape, &user);
}

static enum rc
user_create(struct cli *cli)
{
	const char *role = cli_value(cli, "role");

	if (text_equal(role, "operator"))
		return cli_usage(cli, "Operators are made with wagate operator create");
	return create_person(cli, role);
}

/* Operators belong to an account as everybody does and work across all of them. On a gateway
 * without any, they get one of their own. */
static enum rc
operator_create(struct cli *cli)
{
	struct account home = { 0 };
	struct list accounts;
	const char *next;

	TRY(gateway_list_accounts(cli->op, &accounts, &next, (struct page_query){ .limit = 1 }));
	if (accounts.n == 0)
		TRY(gateway_create_account(cli->op, &home, "Operators", NULL));
	return create_person(cli, "operator");
}

static enum rc
user_list(struct cli *cli)
{
	struct list users;

	TRY(cli_account(cli));
	TRY(gateway_list_users(cli->op, &users, cli->op->account_id));
	return cli_show_list(cli, json_of_list(cli->op, user_shape, sizeof(struct user), &users),
			     NULL, "id,email,name,role,signed_in_at,disabled_at");
}

static enum rc
user_set_password(struct cli *cli)
{
	TRY(gateway_set_password(cli->op, cli->object, cli_value(cli, "password")));
	return cli_done(cli, NULL, "The password is changed; all sessions of this person ended.");
}

static enum rc
user_disable(struct cli *cli)
{
	TRY(gateway_disable_user(cli->op, cli->object));
	return cli_done(cli, NULL, "Disabled; all sessions of this person ended.");
}

static const struct flag create_flags[] = {
	{ "email", FLAG_VALUE, "EMAIL", "what they sign in with", true },
	{ "role", FLAG_VALUE, "ROLE", "owner, admin, developer or viewer", true },
	{ "password", FLAG_SECRET, "PASSWORD", "8 to 200 characters", true },
	{ "name", FLAG_VALUE, "NAME", "what they are called", false },
	FLAGS_END,
};

static const struct flag operator_flags[] = {
	{ "email", FLAG_VALUE, "EMAIL", "what they sign in with", true },
	{ "password", FLAG_SECRET, "PASSWORD", "8 to 200 characters", true },
	{ "name", FLAG_VALUE, "NAME", "what they are called", false },
	FLAGS_END,
};

static const struct flag password_flags[] = {
	{ "password", FLAG_SECRET, "PASSWORD", "8 to 200 characters", true },
	FLAGS_END,
};

const struct command user_commands[] = {
	{ "user", "create", NULL, NEEDS_ENGINE, create_flags, user_create,
	  "Let somebody sign in for an account" },
	{ "user", "list", NULL, NEEDS_ENGINE, NULL, user_list, "An account's people" },
	{ "user", "set-password", "EMAIL", NEEDS_ENGINE, password_flags, user_set_password,
	  "Change a password and end the person's sessions" },
	{ "user", "disable", "EMAIL", NEEDS_ENGINE, NULL, user_disable, "Let somebody in no more" },
	{ "operator", "create", NULL, NEEDS_ENGINE, operator_flags, operator_create,
	  "Make somebody who works across all accounts" },
	{ 0 },
};
