/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain CGI (RFC 3875), as on shared hosting: one request in the environment and on standard
 * input, the answer on standard output. Our own, because libfcgi's would bring its stdio.
 */
#include "web/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct cgi {
	struct transport transport; /* first */
	size_t unread;              /* bytes of the body that may still come */
};

static const char *
cgi_param(struct transport *t, const char *name)
{
	(void)t;
	return getenv(name);
}

static size_t
cgi_read(struct transport *t, void *out, size_t n)
{
	struct cgi *c = (struct cgi *)t;
	ssize_t got;

	do {
		got = read(STDIN_FILENO, out, n < c->unread ? n : c->unread);
	} while (got < 0 && errno == EINTR);
	c->unread = got > 0 ? c->unread - (size_t)got : 0;
	return got > 0 ? (size_t)got : 0;
}

static void
cgi_write(struct bytes text)
{
	while (text.n > 0) {
		ssize_t n = write(STDOUT_FILENO, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		/* The server has gone: what was asked for has happened all the same. */
		if (n <= 0)
			return;
		text = bytes_slice(text.p + n, text.n - (size_t)n);
	}
}

static void
cgi_send(struct transport *t, struct bytes head, struct bytes body)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)t;
	cgi_write(head);
	cgi_write(body);
	/* The server takes the answer as whole when our end is closed. */
	if (nowhere >= 0) {
		dup2(nowhere, STDOUT_FILENO);
		close(nowhere);
	}
}

static void
cgi_end(struct transport *t)
{
	char dropped[4096];

	/* Apache drops the answer when it cannot pass on the whole body. */
	while (cgi_read(t, dropped, sizeof(dropped)) > 0)
		;
}

/* Without a length there is no body, unless the server says that it passes one on as it comes;
 * reading on for ever is not for us. */
static size_t
cgi_body_length(bool open_ended)
{
	const char *text = getenv("CONTENT_LENGTH");
	int64_t length = open_ended ? WEB_DRAIN_MAX : 0;

	if (text != NULL && text_int(text, 0, INT64_MAX, &length) && length > WEB_DRAIN_MAX)
		length = WEB_DRAIN_MAX;
	return (size_t)length;
}

void
cgi_serve(const struct program *program, const struct web_site *site)
{
	const char *coding = getenv("HTTP_TRANSFER_ENCODING");
	bool open_ended = coding != NULL && text_equal_nocase(coding, "chunked");
	struct cgi c = { .transport = { cgi_param, cgi_read, cgi_send, cgi_end, open_ended },
			 .unread = cgi_body_length(open_ended) };

	exchange_serve(program, site, &c.transport);
	park_wait();
}
