/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_text - a letter as RFC 5322 has it
 *
 * Plain text in quoted-printable, which passes every server and can be read as it is. What stands
 * in a header is ASCII: other texts go in encoded words (RFC 2047). A control character in a header
 * could begin another one, so such a letter is refused.
 */
#include <time.h>

#include "core/buf.h"
#include "core/settings.h"
#include "net/mail.h"
#include "net/net.h"

enum {
	LETTER_MAX = 1 << 20,
	LINE_MAX_QP = 75, /* and the soft break's "=": RFC 2045 6.7 allows 76 */
	WORD_BYTES = 39,  /* in base64, behind "Subject: ": below RFC 2047's 76 in a line */
	HEADER_PLAIN = 66 /* a text that is as long stays on the header's first line */
};

static bool
has_control(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return true;
	return false;
}

/* An address that can stand between < and > in a header and in SMTP. */
static bool
is_address(const char *text)
{
	const char *at = text == NULL ? NULL : strrchr(text, '@');

	return at != NULL && at != text && at[1] != '\0' && !has_control(text) &&
	       strpbrk(text, " <>,;\"\\") == NULL;
}

static bool
is_plain(const char *text)
{
	if (strlen(text) > HEADER_PLAIN || strstr(text, "=?") != NULL)
		return false;
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c >= 0x7f)
			return false;
	return true;
}

/* Bytes of the text that fit into one word, ending with a whole character. */
static size_t
word_length(const char *text)
{
	size_t n = strlen(text);

	if (n <= WORD_BYTES)
		return n;
	n = WORD_BYTES;
	while (n > 1 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
put_words(struct buf *out, const char *text)
{
	if (is_plain(text)) {
		buf_text(out, text);
		return;
	}
	while (*text != '\0') {
		size_t n = word_length(text);

		buf_printf(out, "=?UTF-8?B?%s?=", text_base64(out->arena, bytes_slice(text, n)));
		text += n;
		if (*text != '\0')
			buf_text(out, "\r\n ");
	}
}

/* Settings as people write them: "Name <address>", or the address alone. */
struct sender {
	const char *name, *address;
};

/* A host of numbers is written in brackets (RFC 5321 4.1.3). */
static const char *
own_address(struct op *op)
{
	struct net_place place;
	const char *host;

	if (!net_place_of(op->arena, &place, settings()->web_url))
		return NULL;
	host = place.host;
	if (host[0] != '[' && host[strspn(host, "0123456789.")] == '\0')
		host = arena_printf(op->arena, "[%s]", host);
	return arena_printf(op->arena, "wagate@%s", host);
}

static struct sender
sender_of(struct op *op)
{
	const char *from = settings()->mail_from, *open = strchr(from, '<');
	struct sender sender = { "wagate", from };
	size_t n;

	if (text_empty(from)) {
		sender.address = own_address(op);
	} else if (open != NULL) {
		sender.name =
			text_trim(op->arena, arena_dupn(op->arena, from, (size_t)(open - from)));
		sender.address = arena_dupn(op->arena, open + 1, strcspn(open + 1, ">"));
		n = strlen(sender.name);
		if (n >= 2 && sender.name[0] == '"' && sender.name[n - 1] == '"')
			sender.name = arena_dupn(op->arena, sender.name + 1, n - 2);
	}
	return sender;
}

const char *
mail_from(struct op *op)
{
	struct sender sender = sender_of(op);

	return is_address(sender.address) && !has_control(sender.name) ? sender.address : NULL;
}

static void
put_date(struct buf *out, struct instant date)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)(date.ms / SECOND_MS);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday,
		   months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* A name of letters, digits and blanks stands as it is; anything else in quotes or words. */
static void
put_name(struct buf *out, const char *name)
{
	static const char plain[] = " 0123456789abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (!is_plain(name))
		put_words(out, name);
	else if (name[strspn(name, plain)] == '\0')
		buf_text(out, name);
	else
		buf_printf(out, "=?UTF-8?B?%s?=", text_base64(out->arena, bytes_of(name)));
}

static void
put_headers(struct buf *out, const struct letter *letter, const struct sender *sender)
{
	buf_text(out, "From: ");
	put_name(out, sender->name);
	buf_printf(out, " <%s>\r\nTo: <%s>\r\nSubject: ", sender->address, letter->to);
	put_words(out, letter->subject);
	buf_text(out, "\r\n");
	put_date(out, letter->date);
	buf_printf(out, "Message-ID: <%s@%s>\r\n", letter->id, strrchr(sender->address, '@') + 1);
	/* RFC 3834: nobody's holiday answers this. */
	buf_text(out, "Auto-Submitted: auto-generated\r\n"
		      "MIME-Version: 1.0\r\n"
		      "Content-Type: text/plain; charset=utf-8\r\n"
		      "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
}

/* May the byte stand for itself? A blank at the line's end would get lost. */
static bool
is_literal(unsigned char c, bool last)
{
	if (c == ' ' || c == '\t')
		return !last;
	return c > ' ' && c < 0x7f && c != '=';
}

/* One line of the text (RFC 2045 6.7). */
static void
put_line(struct buf *out, const char *line, size_t n)
{
	size_t column = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)line[i];
		bool literal = is_literal(c, i + 1 == n);
		size_t width = literal ? 1 : 3;

		if (column + width > LINE_MAX_QP) {
			buf_text(out, "=\r\n");
			column = 0;
		}
		if (literal)
			buf_char(out, (char)c);
		else
			buf_printf(out, "=%02X", c);
		column += width;
	}
	buf_text(out, "\r\n");
}

static void
put_text(struct buf *out, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		put_line(out, text, n);
		text += n + (text[n] == '\n');
	}
}

enum rc
mail_compose(struct op *op, struct bytes *out, const struct letter *letter)
{
	struct sender sender = sender_of(op);
	struct buf text;

	if (mail_from(op) == NULL)
		return op_fail(op, RC_INPUT,
			       "[mail] from is no sender: write name@host or Name <name@host>");
	if (!is_address(letter->to))
		return op_fail(op, RC_INPUT, "\"%s\" is no mail address", letter->to);
	if (has_control(letter->subject) || has_control(letter->id))
		return op_fail(op, RC_INPUT, "the subject has a line end or a control character");
	buf_init(&text, op->arena, LETTER_MAX);
	put_headers(&text, letter, &sender);
	put_text(&text, letter->text);
	if (!buf_ok(&text))
		return op_fail(op, RC_INPUT, "the letter is longer than %d bytes", LETTER_MAX);
	*out = buf_bytes(&text);
	return RC_OK;
}
