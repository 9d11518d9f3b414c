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

static bool
cgi_write(struct transport *t, struct bytes part)
{
	(void)t;
	while (part.n > 0) {
		ssize_t n = write(STDOUT_FILENO, part.p, part.n);

		if (n < 0 && errno == EINTR)
			continue;
		/* The server has gone: what was asked for has happened all the same. */
		if (n <= 0)
			return false;
		part = bytes_slice(part.p + n, part.n - (size_t)n);
	}
	return true;
}

static void
cgi_close(struct transport *t, bool whole)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)t;
	(void)whole;
	/* The server takes the answer as whole when our end is closed; one that is short of its
	 * length it passes on as short. */
	if (nowhere >= 0) {
		dup2(nowhere, STDOUT_FILENO);
		close(nowhere);
	}
}

static void
cgi_end(struct transport *t)
{
	char dropped[4096];
	size_t got = 1;

	/* Apache drops the answer when it cannot pass on the whole body; reading on for ever is
	 * not for us. */
	for (size_t n = 0; got > 0 && n < WEB_DRAIN_MAX; n += got)
		got = cgi_read(t, dropped, sizeof(dropped));
}

/* Without a length there is no body, unless the server says that it passes one on as it comes. */
static size_t
cgi_body_length(bool open_ended)
{
	const char *text = getenv("CONTENT_LENGTH");
	int64_t length = open_ended ? INT64_MAX : 0;

	(void)text_int(text, 0, INT64_MAX, &length);
	return (size_t)length;
}

void
cgi_serve(const struct program *program, const struct web_site *site)
{
	const char *coding = getenv("HTTP_TRANSFER_ENCODING");
	bool open_ended = coding != NULL && text_equal_nocase(coding, "chunked");
	struct cgi c = { .transport = { cgi_param, cgi_read, cgi_write, cgi_close, cgi_end,
					open_ended },
			 .unread = cgi_body_length(open_ended) };

	exchange_serve(program, site, &c.transport);
	park_wait();
}
