/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_names - ids as the account's people call them
 *
 * Read once per page, so that a list of two hundred rows costs two reads, not four hundred.
 */
#include "site/view_names.h"

#include "gateway/manage_instances.h"
#include "gateway/people.h"

enum rc
names_read(struct web *web, struct names *out)
{
	struct op *op = web->op;
	const char *next;

	TRY(gateway_list_instances(op, &out->instances, &next,
				   (struct page_query){ NULL, PAGE_LIMIT_MAX }));
	return gateway_list_users(op, &out->users, op->account_id);
}

const char *
names_instance(const struct names *names, const char *id)
{
	const struct instance *rows = names->instances.rows;

	for (size_t i = 0; id != NULL && i < names->instances.n; i++)
		if (text_equal(rows[i].id, id))
			return rows[i].name;
	return id;
}

static const char *
names_user(const struct names *names, const char *id)
{
	const struct user *rows = names->users.rows;

	for (size_t i = 0; i < names->users.n; i++)
		if (text_equal(rows[i].id, id))
			return rows[i].email;
	return "somebody who has left";
}

const char *
names_actor(struct web *web, const struct names *names, const char *actor)
{
	const struct session *session = site_session(web);
	const char *colon = actor != NULL ? strchr(actor, ':') : NULL;

	if (text_empty(actor))
		return NULL;
	if (text_starts(actor, "user:") && session != NULL &&
	    text_equal(colon + 1, session->user_id))
		return "you";
	if (text_starts(actor, "user:"))
		return names_user(names, colon + 1);
	if (text_starts(actor, "key:"))
		return "an API key";
	if (text_starts(actor, "cli"))
		return "the operator";
	return text_equal(actor, "worker") ? "the person" : actor;
}

struct list
names_options(struct web *web, const struct names *names, const char *first, const char *selected)
{
	struct op *op = web->op;
	const struct instance *rows = names->instances.rows;
	struct option_view *options =
		arena_array(op->arena, names->instances.n + 1, sizeof(*options));
	size_t n = 0;

	if (first != NULL)
		options[n++] = (struct option_view){ .value = "", .label = first };
	for (size_t i = 0; i < names->instances.n; i++)
		options[n++] = (struct option_view){ .value = rows[i].id, .label = rows[i].name };
	return view_options(op, options, n, selected);
}
