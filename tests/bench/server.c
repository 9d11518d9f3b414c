/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The benchmark's server: one thread, edge-triggered epoll, keep-alive, TLS when wanted. A peer
 * is served one request at a time: while its answer waits for its time nothing is read from it,
 * and only peer_go_on(), which touches it last, ends it.
 */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_MAX = 16384, BODY_MAX = 1024, HEAD_MAX = 256, EVENTS = 256, BACKLOG = 4096 };

struct peer {
	SSL *ssl; /* NULL: plain */
	int fd;
	bool shaken, waiting, over;
	size_t n;
	long long due_ms;
	struct peer *next_due;
	char in[INPUT_MAX];
};

static const struct service *service;
static struct peer *first_due, *last_due;

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void
peer_free(struct peer *p)
{
	SSL_free(p->ssl);
	close(p->fd);
	free(p);
}

/* Did that call on the peer's connection only find nothing to do now? */
static bool
would_block(const struct peer *p, int got)
{
	if (p->ssl == NULL)
		return got < 0 && (errno == EAGAIN || errno == EINTR);
	return SSL_get_error(p->ssl, got) == SSL_ERROR_WANT_READ;
}

static int
peer_receive(struct peer *p, char *to, size_t size)
{
	if (p->ssl == NULL)
		return (int)read(p->fd, to, size);
	/* What another peer's failure left in this thread's queue is not this one's. */
	ERR_clear_error();
	if (!p->shaken) {
		int done = SSL_accept(p->ssl);

		if (done != 1)
			return done;
		p->shaken = true;
	}
	return SSL_read(p->ssl, to, (int)size);
}

/* Read more; false when there is nothing now, or never again. */
static bool
peer_fill(struct peer *p)
{
	size_t room = INPUT_MAX - 1 - p->n;
	int got = room > 0 ? peer_receive(p, p->in + p->n, room) : 0;

	if (got > 0) {
		p->n += (size_t)got;
		return true;
	}
	p->over = room == 0 || !would_block(p, got);
	return false;
}

/* Length of the complete request at the start of the input, 0 when it is not whole yet. */
static size_t
request_length(struct peer *p)
{
	char *end, *length;
	size_t body = 0;

	p->in[p->n] = '\0';
	end = strstr(p->in, "\r\n\r\n");
	if (end == NULL)
		return 0;
	length = strcasestr(p->in, "\r\nContent-Length:");
	if (length != NULL && length < end)
		body = strtoul(length + 17, NULL, 10);
	body += (size_t)(end + 4 - p->in);
	return p->n >= body ? body : 0;
}

static void
peer_answer(struct peer *p)
{
	char body[BODY_MAX], out[HEAD_MAX + BODY_MAX];
	int n = service->answer(body, sizeof(body));

	n = snprintf(out, sizeof(out),
		     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		     "Content-Length: %d\r\n\r\n%.*s",
		     n, n, body);
	p->waiting = false;
	ERR_clear_error();
	if ((p->ssl != NULL ? SSL_write(p->ssl, out, n) : (int)write(p->fd, out, (size_t)n)) != n)
		p->over = true;
}

static bool
is_held(void)
{
	return service->held != NULL && *service->held != 0;
}

static void
peer_queue(struct peer *p)
{
	p->waiting = true;
	p->due_ms = now_ms() + service->delay_ms;
	p->next_due = NULL;
	if (last_due != NULL)
		last_due->next_due = p;
	else
		first_due = p;
	last_due = p;
}

static void
peer_take(struct peer *p, size_t length)
{
	char kept = p->in[length];

	p->in[length] = '\0';
	if (service->arrived != NULL)
		service->arrived(p->in, length);
	p->in[length] = kept;
	p->n -= length;
	memmove(p->in, p->in + length, p->n);
	if (service->delay_ms > 0 || is_held())
		peer_queue(p);
	else
		peer_answer(p);
}

/* Serve a peer until it has to wait, for input or for its answer's time; end it when it is over. */
static void
peer_go_on(struct peer *p)
{
	while (!p->waiting && !p->over) {
		size_t length = request_length(p);

		if (length > 0)
			peer_take(p, length);
		else if (!peer_fill(p))
			break;
	}
	if (p->over && !p->waiting)
		peer_free(p);
}

/* Milliseconds until the next answer is due; -1: none waits. */
static int
answer_due(void)
{
	while (first_due != NULL) {
		struct peer *p = first_due;
		long long left = p->due_ms - now_ms();

		if (is_held())
			return 1;
		if (left > 0)
			return (int)left;
		first_due = p->next_due;
		if (first_due == NULL)
			last_due = NULL;
		peer_answer(p);
		peer_go_on(p);
	}
	return -1;
}

static void
accept_all(int epoll, int listening, SSL_CTX *tls)
{
	int fd, one = 1;

	while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct peer *p = calloc(1, sizeof(*p));
		struct epoll_event e = { .events = EPOLLIN | EPOLLET, .data.ptr = p };

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		p->fd = fd;
		if (tls != NULL) {
			p->ssl = SSL_new(tls);
			SSL_set_fd(p->ssl, fd);
		}
		epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
	}
}

static void
give_up(const char *what)
{
	perror(what);
	exit(1);
}

static int
listen_on(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, BACKLOG) != 0)
		give_up("cannot listen");
	return fd;
}

static SSL_CTX *
tls_of(const struct service *s)
{
	SSL_CTX *tls;

	if (s->cert == NULL)
		return NULL;
	tls = SSL_CTX_new(TLS_server_method());
	if (SSL_CTX_use_certificate_file(tls, s->cert, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(tls, s->key, SSL_FILETYPE_PEM) != 1)
		give_up("cannot use the certificate or its key");
	return tls;
}

void
service_run(const struct service *s)
{
	SSL_CTX *tls = tls_of(s);
	struct epoll_event events[EVENTS], e = { .events = EPOLLIN };
	int listening = listen_on(s->port), epoll = epoll_create1(0);

	service = s;
	signal(SIGPIPE, SIG_IGN);
	epoll_ctl(epoll, EPOLL_CTL_ADD, listening, &e);
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, answer_due());

		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr == NULL)
				accept_all(epoll, listening, tls);
			else
				peer_go_on(events[i].data.ptr);
		}
	}
}
