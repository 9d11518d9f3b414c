/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident_tell - who is told of an incident, and in which words
 *
 * Letters are rows of the outbox in the batch that opens or ends the incident: told is what has
 * happened, and nothing else. A letter says what, since when, whose, and what to do, and leads to
 * the page; no customer's number and no message's text is in it.
 */
#include "core/ids.h"
#include "core/settings.h"
#include "gateway/daily_count.h"
#include "gateway/incident_look.h"
#include "store/account_store.h"
#include "store/mail_store.h"
#include "store/user_store.h"

enum { SUBJECT_POINTS = 120 };

struct telling {
	struct op *op;
	struct batch *batch;
	const struct incident *incident;
	const struct trouble *trouble; /* NULL: it is over */
	struct account account;
	const char *subject, *body;
};

/* One line, short enough for a list of mails. */
static const char *
subject_of(struct op *op, const char *text)
{
	char *line = arena_dup(op->arena, text);
	size_t points = 0, i;

	for (i = 0; line[i] != '\0'; i++) {
		if (((unsigned char)line[i] & 0xc0) != 0x80 && points++ == SUBJECT_POINTS)
			break;
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = ' ';
	}
	if (line[i] == '\0')
		return line;
	line[i] = '\0';
	return arena_printf(op->arena, "%s…", line);
}

/* "21 Nov 2026, 13:05 (Europe/Istanbul)" */
static const char *
time_of(const struct telling *t, struct instant at)
{
	const char *zone = t->account.time_zone;
	int minutes = 0;

	if (!clock_zone_offset(zone, at, &minutes))
		zone = "UTC";
	return arena_printf(t->op->arena, "%s (%s)", clock_human(t->op->arena, at, minutes), zone);
}

static void
write_begun(struct telling *t)
{
	t->subject = subject_of(t->op, t->trouble->text);
	t->body = arena_printf(t->op->arena, "%s.\n\nSince:    %s\nAccount:  %s\n\n%s\n\n%s%s\n",
			       t->trouble->text, time_of(t, t->incident->since), t->account.name,
			       t->trouble->todo, settings()->web_url, t->trouble->link);
}

static void
write_over(struct telling *t)
{
	const struct incident *i = t->incident;

	t->subject = subject_of(t->op, i->outcome);
	t->body = arena_printf(t->op->arena,
			       "%s.\n\nIt was:   %s\nFrom:     %s\nUntil:    %s\n"
			       "Account:  %s\n\n%s/overview\n",
			       i->outcome, i->text, time_of(t, i->since), time_of(t, i->ended_at),
			       t->account.name, settings()->web_url);
}

static void
add_letter(struct telling *t, const struct user *user, const char *why)
{
	struct mail mail = {
		.id = id_new(t->op, "mail"),
		.account_id = t->incident->account_id,
		.incident_id = t->incident->id,
		.recipient = user->email,
		.subject = t->subject,
		.body = arena_printf(t->op->arena, "%s\n-- \n%s\n", t->body, why),
		.created_at = t->op->now,
	};

	mail_store_insert(t->batch, &mail);
}

static enum rc
tell_account(struct telling *t)
{
	const char *why = arena_printf(t->op->arena,
				       "You get this as an owner or admin of %s. Which notices are "
				       "sent\nis chosen here: %s/settings",
				       t->account.name, settings()->web_url);
	const struct user *user;
	struct list users;

	TRY(user_store_list(t->op, &users));
	user = users.rows;
	for (size_t i = 0; i < users.n; i++)
		if (user_gets_notices(&user[i]))
			add_letter(t, &user[i], why);
	return RC_OK;
}

static enum rc
tell_operators(struct telling *t)
{
	const struct user *user;
	struct list users;

	TRY(user_store_operators(t->op, &users));
	user = users.rows;
	for (size_t i = 0; i < users.n; i++)
		add_letter(t, &user[i], "You get this as an operator of this gateway.");
	return RC_OK;
}

enum rc
incident_tell(struct op *op, struct batch *batch, bool *wanted, const struct incident *incident,
	      const struct trouble *trouble)
{
	struct telling t = { op, batch, incident, trouble, { 0 }, NULL, NULL };

	TRY(account_store_get(op, &t.account));
	*wanted = !text_list_has(t.account.notices_off, incident->kind);
	if (trouble != NULL)
		write_begun(&t);
	else
		write_over(&t);
	if (*wanted && (trouble != NULL || incident->told > 0))
		TRY(tell_account(&t));
	if (incident_concerns_operators(incident))
		TRY(tell_operators(&t));
	return RC_OK;
}
