/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain CGI (RFC 3875), as on shared hosting: one request in the environment and on standard
 * input, the answer on standard output. Our own, because libfcgi's would bring its stdio.
 */
#include "web/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static const char *
cgi_param(struct transport *t, const char *name)
{
	(void)t;
	return getenv(name);
}

static size_t
cgi_read(struct transport *t, void *out, size_t n)
{
	ssize_t got;

	(void)t;
	do {
		got = read(STDIN_FILENO, out, n);
	} while (got < 0 && errno == EINTR);
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
	(void)t;
}

void
cgi_serve(const struct program *program, const struct web_site *site)
{
	const char *coding = getenv("HTTP_TRANSFER_ENCODING");
	struct transport t = { cgi_param, cgi_read, cgi_send, cgi_end,
			       coding != NULL && text_equal_nocase(coding, "chunked") };

	exchange_serve(program, site, &t);
	park_wait();
}
