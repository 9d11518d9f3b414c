/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stand-in for Meta that costs as little as possible: one thread, epoll, TLS 1.3 with
 * keep-alive, an answer of Meta's shape after a fixed delay. Usage:
 * mock_upstream PORT DELAY_MS CERT.pem KEY.pem
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { INPUT_MAX = 16384, EVENTS = 256, BACKLOG = 4096 };

struct peer {
	SSL *ssl;
	int fd;
	bool shaken;
	size_t n;
	long long due_ms;
	struct peer *next_due;
	char in[INPUT_MAX];
};

static struct peer *first_due, *last_due;
static long long delay_ms, answered;

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void
peer_end(struct peer *p)
{
	/* One that still waits for its answer stays in the queue and is ended there. */
	if (p->due_ms != 0) {
		p->fd = p->fd < 0 ? p->fd : -p->fd - 1;
		return;
	}
	SSL_free(p->ssl);
	close(p->fd < 0 ? -p->fd - 1 : p->fd);
	free(p);
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
	char body[512], out[1024];
	int n = snprintf(body, sizeof(body),
			 "{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":\"4915112345678\","
			 "\"wa_id\":\"4915112345678\"}],\"messages\":[{\"id\":\"wamid.HBgMBENCH%016llx\"}]}",
			 (unsigned long long)++answered | (unsigned long long)getpid() << 40);

	n = snprintf(out, sizeof(out),
		     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", n, body);
	if (SSL_write(p->ssl, out, n) != n)
		peer_end(p);
}

static void
peer_queue(struct peer *p)
{
	if (delay_ms == 0) {
		peer_answer(p);
		return;
	}
	p->due_ms = now_ms() + delay_ms;
	p->next_due = NULL;
	if (last_due != NULL)
		last_due->next_due = p;
	else
		first_due = p;
	last_due = p;
}

static void
peer_read(struct peer *p)
{
	for (;;) {
		int got;
		size_t used;

		if (!p->shaken && SSL_accept(p->ssl) != 1) {
			if (SSL_get_error(p->ssl, -1) != SSL_ERROR_WANT_READ)
				peer_end(p);
			return;
		}
		p->shaken = true;
		got = SSL_read(p->ssl, p->in + p->n, (int)(INPUT_MAX - 1 - p->n));
		if (got <= 0) {
			if (SSL_get_error(p->ssl, got) != SSL_ERROR_WANT_READ)
				peer_end(p);
			return;
		}
		p->n += (size_t)got;
		used = request_length(p);
		if (used > 0) {
			memmove(p->in, p->in + used, p->n - used);
			p->n -= used;
			peer_queue(p);
			if (delay_ms == 0)
				continue;
		}
	}
}

static int
answer_due(void)
{
	while (first_due != NULL) {
		struct peer *p = first_due;
		long long left = p->due_ms - now_ms();

		if (left > 0)
			return (int)left;
		first_due = p->next_due;
		if (first_due == NULL)
			last_due = NULL;
		p->due_ms = 0;
		if (p->fd < 0)
			peer_end(p);
		else
			peer_answer(p);
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
		p->ssl = SSL_new(tls);
		SSL_set_fd(p->ssl, fd);
		epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
	}
}

static int
listen_on(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, BACKLOG) != 0) {
		perror("listen");
		exit(1);
	}
	return fd;
}

int
main(int argc, char **argv)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	struct epoll_event events[EVENTS], e = { .events = EPOLLIN };
	int listening, epoll = epoll_create1(0);

	if (argc != 5 || SSL_CTX_use_certificate_file(tls, argv[3], SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(tls, argv[4], SSL_FILETYPE_PEM) != 1) {
		fprintf(stderr, "usage: mock_upstream PORT DELAY_MS CERT KEY\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	delay_ms = strtoll(argv[2], NULL, 10);
	listening = listen_on((int)strtol(argv[1], NULL, 10));
	epoll_ctl(epoll, EPOLL_CTL_ADD, listening, &e);
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, answer_due());

		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr == NULL)
				accept_all(epoll, listening, tls);
			else
				peer_read(events[i].data.ptr);
		}
	}
}
