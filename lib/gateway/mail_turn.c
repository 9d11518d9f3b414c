/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_turn - letters of the outbox on their way
 *
 * A few are in hand at once, claimed under this machine's name; the mail thread sends them one by
 * one and each is settled as soon as it is answered. A worker that dies between a server's 250 and
 * the commit sends that letter once more, with the same Message-ID; as a file it is the same file.
 */
#include "core/ids.h"
#include "core/log.h"
#include "core/settings.h"
#include "gateway/doorbell.h"
#include "gateway/notices.h"
#include "net/mail.h"
#include "store/mail_store.h"

enum { HANDS = 10 };
#define LOOK_US (SECOND_MS * 1000)
#define PAUSE_US (30 * SECOND_MS * 1000) /* after the server took nothing of a portion */
#define LEASE_MS (15 * MINUTE_MS)        /* for a portion, each as long as [mail] timeout */
#define TROUBLE_MS (3 * DAY_MS)

struct outgoing {
	struct op *op;
	struct letter letter;
	struct mail mail;
	bool answered;
};

static struct outgoing *hand[HANDS];
static int64_t look_us; /* when to look next */

int64_t
gateway_mail_pending(void)
{
	int64_t n = 0;

	for (size_t i = 0; i < HANDS; i++)
		n += hand[i] != NULL;
	return n;
}

void
gateway_mail_stop(void)
{
	mail_stop();
}

static void
answered(struct letter *letter, void *arg)
{
	struct outgoing *out = arg;

	(void)letter;
	out->answered = true;
	gateway_rouse();
}

/* ---- what came of one ---- */

static void
judge(struct mail *mail, const struct letter *letter, struct instant now)
{
	int64_t wait = letter->outcome == MAIL_LATER
			       ? mail_wait(++mail->tries, mail->created_at, now)
			       : -1;

	mail->answer = letter->words;
	mail->state = letter->outcome == MAIL_TAKEN ? "sent" : wait < 0 ? "failed" : "waiting";
	if (wait >= 0) {
		mail->due_at = clock_after(now, wait);
		look_us = clock_elapsed_us() + PAUSE_US;
		return;
	}
	mail->done_at = now;
}

static enum rc
settle(struct op *op, struct outgoing **slot)
{
	struct outgoing *out = *slot;
	struct batch *batch = batch_new(op);
	struct mail mail = out->mail;

	judge(&mail, &out->letter, op->now);
	mail_store_settle(batch, &mail);
	TRY(db_commit(op, batch));
	if (!text_equal(mail.state, "sent"))
		log_line(LOG_WARN, "event=mail.%s id=%s tries=%lld why=\"%s\"", mail.state, mail.id,
			 (long long)mail.tries, mail.answer);
	*slot = NULL;
	op_end(out->op);
	return RC_OK;
}

enum rc
gateway_mail_finish(struct op *op, int64_t *settled)
{
	*settled = 0;
	for (size_t i = 0; i < HANDS; i++) {
		if (hand[i] == NULL || !hand[i]->answered)
			continue;
		TRY(settle(op, &hand[i]));
		++*settled;
	}
	return RC_OK;
}

/* ---- what is due ---- */

static struct outgoing *
make(const struct mail *mail)
{
	struct op *op = op_begin("worker");
	struct outgoing *out = arena_alloc(op->arena, sizeof(*out));

	*out = (struct outgoing){
		.op = op,
		.mail = *mail,
		.letter = { .op = op,
			    .to = arena_dup(op->arena, mail->recipient),
			    .subject = arena_dup(op->arena, mail->subject),
			    .text = arena_dup(op->arena, mail->body),
			    .date = mail->created_at },
	};
	/* Past this turn, whose rows are gone then. */
	out->mail.id = out->letter.id = arena_dup(op->arena, mail->id);
	return out;
}

static enum rc
begin(struct op *op, const struct mail *mail, size_t slot, int64_t *done)
{
	struct batch *batch = batch_new(op);
	enum rc rc;

	mail_store_claim(batch, mail->id, op->now, clock_after(op->now, LEASE_MS),
			 gateway_machine());
	rc = db_commit(op, batch);
	if (rc == RC_CONFLICT) {
		op_forgive(op);
		return RC_OK;
	}
	TRY(rc);
	hand[slot] = make(mail);
	mail_submit(&hand[slot]->letter, answered, hand[slot]);
	++*done;
	return RC_OK;
}

/* A portion at a time: where the server is away, the rest is not tried in vain. */
static enum rc
look(struct op *op, int64_t *done)
{
	int64_t now_us = clock_elapsed_us();
	const struct mail *rows;
	struct list due;

	if (gateway_mail_pending() > 0 || now_us < look_us)
		return RC_OK;
	look_us = now_us + LOOK_US;
	TRY(mail_store_due(op, &due, op->now, HANDS));
	rows = due.rows;
	for (size_t i = 0; i < due.n; i++)
		TRY(begin(op, &rows[i], i, done));
	return RC_OK;
}

enum rc
gateway_mail_turn(struct op *op, int64_t *done, int64_t *next_ms)
{
	*next_ms = -1;
	TRY(gateway_mail_finish(op, done));
	/* A portion that was taken whole is followed by the next at once. */
	if (*done > 0 && gateway_mail_pending() == 0 && look_us < clock_elapsed_us() + LOOK_US)
		look_us = 0;
	return look(op, done);
}

/* ---- for the operator ---- */

enum rc
gateway_test_mail(struct op *op, const char **words, const char *to)
{
	struct letter letter = {
		.op = op,
		.id = id_new(op, "mail"),
		.to = to,
		.subject = "Test of wagate’s mail",
		.text = arena_printf(op->arena,
				     "This is a test: mail from the gateway at %s arrives.\n",
				     settings()->web_url),
		.date = op->now,
	};

	mail_send(&letter);
	mail_hang_up();
	if (letter.outcome != MAIL_TAKEN)
		return op_fail(op, RC_UPSTREAM, "The letter was not sent: %s", letter.words);
	*words = letter.words;
	return RC_OK;
}

enum rc
gateway_check_mail(struct op *op, struct check *out)
{
	struct mail_trouble trouble = { 0 };
	const char *from = mail_from(op);

	*out = (struct check){ .name = "mail" };
	TRY(mail_store_trouble(op, &trouble, clock_after(op->now, -TROUBLE_MS)));
	out->ok = from != NULL && trouble.retried == 0 && trouble.failed == 0;
	if (from == NULL)
		out->sentence = "[mail] from is no sender: write name@host or Name <name@host>";
	else if (!out->ok)
		out->sentence = arena_printf(
			op->arena,
			"%lld letters wait for another try, %lld were given up "
			"in three days: %s; try wagate notice test --to YOU",
			(long long)trouble.retried, (long long)trouble.failed, trouble.answer);
	else if (text_empty(settings()->mail_smtp_url))
		out->sentence = "No [mail] smtp_url: notices become files in DATA/mail";
	else
		out->sentence = arena_printf(op->arena, "Notices go to %s as %s",
					     settings()->mail_smtp_url, from);
	return RC_OK;
}
