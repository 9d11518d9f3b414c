/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEER_H
#define PEER_H

/*
 * The other side of a call, in this process: a server on a loopback port with a thread per
 * connection. What it does is chosen by the path of each request; it counts requests that it
 * has read to their end. peer_call makes a call to it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "net/net.h"
#include "unit.h"

enum { PEER_REQUEST_MAX = 1 << 20 };

struct peer_request {
	int fd;
	int number; /* on its connection, 1 first */
	char path[128];
	char *head; /* up to the empty line */
	char *body;
	size_t body_n;
};

/* False: close the connection. */
typedef bool peer_answer(struct peer_request *request);

static struct {
	int listening, port;
	peer_answer *answer;
	pthread_t thread;
	int requests, connections, open;
} peer;

static inline void
peer_write(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t done = send(fd, at, n, MSG_NOSIGNAL);

		if (done <= 0)
			return;
		at += done;
		n -= (size_t)done;
	}
}

static inline void
peer_say(int fd, const char *text)
{
	peer_write(fd, text, strlen(text));
}

/* The connection ends with a reset rather than in order. */
static inline void
peer_reset(int fd)
{
	struct linger linger = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

/* Until the caller hangs up. */
static inline void
peer_wait_for_end(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLRDHUP };
	char rest[4096];

	while (poll(&p, 1, 20000) > 0)
		if (recv(fd, rest, sizeof(rest), 0) <= 0)
			return;
}

static inline bool
peer_read(struct peer_request *r, char *buffer)
{
	size_t n = 0, head_n = 0;
	long length = 0;

	for (;;) {
		char *end, *field;
		ssize_t got = recv(r->fd, buffer + n, PEER_REQUEST_MAX - n, 0);

		if (got <= 0)
			return false;
		n += (size_t)got;
		buffer[n] = '\0';
		end = head_n == 0 ? strstr(buffer, "\r\n\r\n") : NULL;
		if (end != NULL) {
			head_n = (size_t)(end - buffer) + 4;
			field = strcasestr(buffer, "Content-Length:");
			length = field != NULL && field < end ? strtol(field + 15, NULL, 10) : 0;
		}
		if (head_n > 0 && n >= head_n + (size_t)length)
			break;
	}
	r->body = buffer + head_n;
	r->body_n = (size_t)length;
	r->head = buffer;
	buffer[head_n - 1] = '\0';
	return sscanf(buffer, "%*s %127s", r->path) == 1;
}

static inline void *
peer_serve(void *arg)
{
	struct peer_request r = { .fd = (int)(intptr_t)arg };
	char *buffer = malloc(PEER_REQUEST_MAX + 1);

	__atomic_add_fetch(&peer.connections, 1, __ATOMIC_SEQ_CST);
	while (peer_read(&r, buffer)) {
		r.number++;
		__atomic_add_fetch(&peer.requests, 1, __ATOMIC_SEQ_CST);
		if (!peer.answer(&r))
			break;
	}
	close(r.fd);
	free(buffer);
	__atomic_sub_fetch(&peer.open, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static inline void *
peer_accept(void *arg)
{
	int fd;

	while ((fd = accept(peer.listening, NULL, NULL)) >= 0) {
		pthread_t thread;

		__atomic_add_fetch(&peer.open, 1, __ATOMIC_SEQ_CST);
		pthread_create(&thread, NULL, peer_serve, (void *)(intptr_t)fd);
		pthread_detach(thread);
	}
	return arg;
}

/* A socket bound to a free loopback port. */
static inline int
peer_bind(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static inline void
peer_start(peer_answer *answer)
{
	peer.listening = peer_bind(&peer.port);
	peer.answer = answer;
	assert_int_equal(listen(peer.listening, 128), 0);
	assert_int_equal(pthread_create(&peer.thread, NULL, peer_accept, NULL), 0);
}

/* After net_stop, which hangs up: waits until every connection has ended. */
static inline void
peer_stop(void)
{
	shutdown(peer.listening, SHUT_RDWR);
	pthread_join(peer.thread, NULL);
	close(peer.listening);
	for (int i = 0; i < 5000 && __atomic_load_n(&peer.open, __ATOMIC_SEQ_CST) > 0; i++)
		usleep(1000);
}

static inline int
peer_requests(void)
{
	return __atomic_load_n(&peer.requests, __ATOMIC_SEQ_CST);
}

static inline int
peer_connections(void)
{
	return __atomic_load_n(&peer.connections, __ATOMIC_SEQ_CST);
}

/* A call to a path of the peer; all of it lives in owner. */
static inline struct net_call
peer_call(struct op *owner, const char *method, const char *path, const char *body)
{
	return (struct net_call){
		.op = owner,
		.method = method,
		.url = arena_printf(owner->arena, "http://127.0.0.1:%d%s", peer.port, path),
		.body = bytes_of(body),
		.timeout_ms = 10000,
		.max_answer = 1000,
	};
}

#endif
