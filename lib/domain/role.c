/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role - what a person may do, as one ladder
 *
 * Each role may do what those below it may, so that a gate is one comparison. The words are
 * stored in the database and typed at the command line.
 */
#include "domain/account.h"

static const char *const words[] = {
	[ROLE_NONE] = "none",   [ROLE_VIEWER] = "viewer", [ROLE_DEVELOPER] = "developer",
	[ROLE_ADMIN] = "admin", [ROLE_OWNER] = "owner",   [ROLE_OPERATOR] = "operator",
};

enum role
role_read(const char *text)
{
	for (enum role role = ROLE_VIEWER; role <= ROLE_OPERATOR; role++)
		if (text_equal(text, words[role]))
			return role;
	return ROLE_NONE;
}

const char *
role_text(enum role role)
{
	expect((size_t)role < ARRAY_LEN(words));
	return words[role];
}
