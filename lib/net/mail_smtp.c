/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_smtp - a letter to the operator's mail server
 *
 * curl speaks SMTP; which command the server answered, and in which words, is read from what it
 * reports while it talks. Only an answer about this very letter ends it: what may as well be the
 * configuration's fault, or the server's, is tried again.
 */
#include <curl/curl.h>

#include "core/settings.h"
#include "net/mail.h"

enum { WORDS_MAX = 200 };
#define CONNECT_TIMEOUT_MS (10 * SECOND_MS)
#define IDLE_S 20L /* a connection that was idle for longer is not used again */

/* One letter on its way. */
struct talk {
	struct letter *letter;
	struct bytes left;      /* of the text */
	bool leaving;           /* QUIT was said: what is answered is not about the letter */
	char command[8];        /* the last one that was sent: "RCPT", "DATA", ... */
	char answer[WORDS_MAX]; /* the last line that came */
	char error[CURL_ERROR_SIZE];
};

static CURL *kept; /* the mail thread's, with its connection */

static size_t
give_text(char *to, size_t size, size_t n, void *arg)
{
	struct talk *talk = arg;
	size_t room = size * n, given = talk->left.n < room ? talk->left.n : room;

	memcpy(to, talk->left.p, given);
	talk->left = bytes_slice(talk->left.p + given, talk->left.n - given);
	return given;
}

/* What is kept of a line: printable, without its end. */
static void
keep_line(char *out, size_t room, const char *line, size_t n)
{
	size_t length = 0;

	while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == '\n'))
		n--;
	for (size_t i = 0; i < n && length + 1 < room; i++)
		out[length++] = line[i] >= ' ' && line[i] < 0x7f ? line[i] : '?';
	out[length] = '\0';
}

/* Of a command its first word alone: what follows AUTH is a secret. */
static int
overhear(CURL *easy, curl_infotype type, char *text, size_t n, void *arg)
{
	struct talk *talk = arg;
	size_t word = 0;

	(void)easy;
	if (talk->leaving)
		return 0;
	if (type == CURLINFO_HEADER_OUT) {
		while (word < n && text[word] >= 'A' && text[word] <= 'Z')
			word++;
		if (word == 4 && memcmp(text, "QUIT", 4) == 0)
			talk->leaving = true;
		else if (word > 0)
			keep_line(talk->command, sizeof(talk->command), text, word);
	} else if (type == CURLINFO_HEADER_IN) {
		keep_line(talk->answer, sizeof(talk->answer), text, n);
	}
	return 0;
}

static int
go_on(void *arg, curl_off_t to_load, curl_off_t loaded, curl_off_t to_send, curl_off_t sent)
{
	(void)arg;
	(void)to_load;
	(void)loaded;
	(void)to_send;
	(void)sent;
	return mail_is_stopping() ? 1 : 0;
}

static long
level_of_tls(void)
{
	if (text_equal(settings()->mail_starttls, "required"))
		return (long)CURLUSESSL_ALL;
	return text_equal(settings()->mail_starttls, "try") ? (long)CURLUSESSL_TRY
							    : (long)CURLUSESSL_NONE;
}

static void
set_server(CURL *easy)
{
	const struct settings *s = settings();

	curl_easy_setopt(easy, CURLOPT_URL, s->mail_smtp_url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_USE_SSL, level_of_tls());
	if (!text_empty(s->mail_ca_file))
		curl_easy_setopt(easy, CURLOPT_CAINFO, s->mail_ca_file);
	if (!text_empty(s->mail_user)) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, s->mail_user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, s->mail_password);
	}
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)s->mail_timeout);
	curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, IDLE_S);
}

static void
set_letter(CURL *easy, struct talk *talk, struct curl_slist *to)
{
	struct op *op = talk->letter->op;

	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, arena_printf(op->arena, "<%s>", mail_from(op)));
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_text);
	curl_easy_setopt(easy, CURLOPT_READDATA, talk);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)talk->left.n);
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, overhear);
	curl_easy_setopt(easy, CURLOPT_DEBUGDATA, talk);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, go_on);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, talk->error);
}

/* Answers about the address or the text itself (RFC 5321 4.2.3, RFC 7504); a 530, 535 or 554 to an
 * address may be for want of a password, or of trust in this machine. */
static bool
is_refusal(const struct talk *talk)
{
	static const char *const about_address[] = { "550", "551", "552", "553", "556" };
	static const char *const about_text[] = { "550", "552", "553", "554" };
	char code[4] = { 0 };

	memcpy(code, talk->answer, 3);
	if (text_equal(talk->command, "RCPT"))
		return text_is_one_of(code, about_address, ARRAY_LEN(about_address));
	return text_equal(talk->command, "DATA") &&
	       text_is_one_of(code, about_text, ARRAY_LEN(about_text));
}

static const char *
words_of(const struct talk *talk, CURLcode code)
{
	struct arena *arena = talk->letter->op->arena;

	if (talk->answer[0] == '4' || talk->answer[0] == '5')
		return arena_printf(arena, "the mail server answered %s: %s", talk->command,
				    talk->answer);
	if (code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING)
		return arena_printf(arena, "the mail server hung up %s%s",
				    talk->command[0] == '\0' ? "before a word" : "after ",
				    talk->command);
	return arena_dup(arena, talk->error[0] != '\0' ? talk->error : curl_easy_strerror(code));
}

static void
judge(struct talk *talk, CURLcode code)
{
	struct letter *letter = talk->letter;

	if (code == CURLE_OK)
		letter->outcome = MAIL_TAKEN;
	else
		letter->outcome = is_refusal(talk) ? MAIL_REFUSED : MAIL_LATER;
	letter->words = code == CURLE_OK ? arena_dup(letter->op->arena, talk->answer)
					 : words_of(talk, code);
}

void
mail_by_smtp(struct letter *letter, struct bytes text)
{
	struct talk talk = { .letter = letter, .left = text };
	struct curl_slist *to = curl_slist_append(NULL, letter->to);

	if (kept == NULL)
		kept = curl_easy_init();
	if (kept == NULL || to == NULL)
		fatal("out of memory: a letter");
	curl_easy_reset(kept);
	set_server(kept);
	set_letter(kept, &talk, to);
	judge(&talk, curl_easy_perform(kept));
	curl_slist_free_all(to);
}

void
mail_hang_up(void)
{
	curl_easy_cleanup(kept);
	kept = NULL;
}
