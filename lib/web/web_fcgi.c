/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FastCGI. Descriptor 0 is a listening socket that belongs to whoever started us and outlives
 * us. A request has its own FCGX_Request on the heap, so that any thread may end it. One
 * thread at a time takes connections, and where there is none waits for one together with the
 * stop descriptor: at the end no thread needs to be interrupted, and no connection is taken that
 * is not answered.
 */
#include "web/exchange.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/log.h"

enum {
	LISTENER = 0,
	THREADS_MAX = 256,
	RETRY_MS = 20 /* before the next try when descriptors or memory are short */
};

struct fcgi {
	struct transport transport; /* first */
	FCGX_Request request;
};

static struct {
	pthread_mutex_t turn; /* whose turn it is to accept */
	int signals[2];       /* a pipe: numbers of signals that came */
	int stop[2];          /* a pipe whose end tells all threads to stop */
	atomic_bool stopping;
	const struct program *program;
	const struct web_site *site;
} fcgi = { .turn = PTHREAD_MUTEX_INITIALIZER };

static const char *
fcgi_param(struct transport *t, const char *name)
{
	return FCGX_GetParam(name, ((struct fcgi *)t)->request.envp);
}

/* What is here, waiting only where nothing is: FCGX_GetStr alone would wait for all of n, and a
 * body that is refused by its beginning must not be waited for. */
static size_t
fcgi_read(struct transport *t, void *out, size_t n)
{
	FCGX_Stream *in = ((struct fcgi *)t)->request.in;
	int first = n > 0 ? FCGX_GetChar(in) : EOF;
	size_t here;

	if (first == EOF)
		return 0;
	*(unsigned char *)out = (unsigned char)first;
	here = (size_t)(in->stop - in->rdNext);
	here = here < n - 1 ? here : n - 1;
	return 1 + (size_t)FCGX_GetStr((char *)out + 1, (int)here, in);
}

static bool
fcgi_write(struct transport *t, struct bytes part)
{
	FCGX_Request *r = &((struct fcgi *)t)->request;

	/* A peer that has gone is no failure of ours: what it asked for has happened. */
	return part.n == 0 || FCGX_PutStr((const char *)part.p, (int)part.n, r->out) == (int)part.n;
}

static void
fcgi_close(struct transport *t, bool whole)
{
	FCGX_Request *r = &((struct fcgi *)t)->request;

	/* Without the record that ends a request the server takes the answer as broken off. */
	if (!whole) {
		FCGX_FFlush(r->out);
		return;
	}
	FCGX_FClose(r->err);
	FCGX_FClose(r->out);
}

static void
fcgi_end(struct transport *t)
{
	struct fcgi *f = (struct fcgi *)t;
	char dropped[4096];
	size_t n = 0;

	/* Closing before the server has passed on the whole body would take the answer with it. */
	while (!FCGX_HasSeenEOF(f->request.in) && n < WEB_DRAIN_MAX)
		n += fcgi_read(t, dropped, sizeof(dropped));
	if (n < WEB_DRAIN_MAX) {
		int fd = f->request.ipcFd;

		FCGX_Free(&f->request, 0);
		close(fd);
	} else {
		/* Waits for the server to close first. */
		FCGX_Free(&f->request, 1);
	}
	free(f);
}

/* False when it is time to stop. */
static bool
fcgi_wait(int fd, int ms)
{
	struct pollfd fds[] = { { .fd = fcgi.stop[0], .events = POLLIN },
				{ .fd = fd, .events = POLLIN } };

	while (poll(fds, ARRAY_LEN(fds), ms) < 0) {
		if (errno != EINTR)
			fatal("poll: %m");
	}
	return fds[0].revents == 0;
}

static struct fcgi *
fcgi_new(void)
{
	static const struct transport transport = { fcgi_param, fcgi_read, fcgi_write,
						    fcgi_close, fcgi_end,  true };
	struct fcgi *f = calloc(1, sizeof(*f));

	if (f == NULL || FCGX_InitRequest(&f->request, LISTENER, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		fatal("out of memory for a request");
	f->transport = transport;
	return f;
}

/* Another process was faster, or the peer has left again. */
static bool
fcgi_may_go_on(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED;
}

static bool
fcgi_is_short(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

/* The next request into f; false at the end. */
static bool
fcgi_accept(struct fcgi *f)
{
	bool complained = false;

	while (!atomic_load(&fcgi.stopping)) {
		int error = -FCGX_Accept_r(&f->request);

		if (error == 0)
			return true;
		if (error == EAGAIN && !fcgi_wait(LISTENER, -1))
			break;
		if (fcgi_may_go_on(error))
			continue;
		if (!fcgi_is_short(error))
			fatal("cannot accept on descriptor %d: %s", LISTENER, strerror(error));
		if (!complained)
			log_line(LOG_ERROR, "event=accept_failed why=\"%s: raise the limit\"",
				 strerror(error));
		complained = true;
		if (!fcgi_wait(-1, RETRY_MS))
			break;
	}
	return false;
}

static void *
fcgi_thread(void *arg)
{
	struct fcgi *f;
	bool more;

	(void)arg;
	for (;;) {
		pthread_mutex_lock(&fcgi.turn);
		f = fcgi_new();
		more = fcgi_accept(f);
		pthread_mutex_unlock(&fcgi.turn);
		if (!more)
			break;
		exchange_serve(fcgi.program, fcgi.site, &f->transport);
	}
	FCGX_Free(&f->request, 1);
	free(f);
	return NULL;
}

static void
fcgi_on_signal(int number)
{
	int saved = errno;
	char byte = (char)number;

	(void)!write(fcgi.signals[1], &byte, 1);
	errno = saved;
}

static void
fcgi_take_signals(void)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGUSR1, SIGHUP };
	struct sigaction action = { .sa_handler = fcgi_on_signal, .sa_flags = SA_RESTART };

	if (pipe2(fcgi.signals, O_CLOEXEC) < 0 || pipe2(fcgi.stop, O_CLOEXEC) < 0)
		fatal("pipe: %m");
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

/* Return at the first signal that asks to end. */
static void
fcgi_await_end(void)
{
	struct pollfd came = { .fd = fcgi.signals[0], .events = POLLIN };
	char number;

	for (;;) {
		if (poll(&came, 1, -1) < 0) {
			if (errno != EINTR)
				fatal("cannot wait for signals: %m");
			continue;
		}
		if (read(fcgi.signals[0], &number, 1) == 1 && number != SIGHUP)
			return;
		log_reopen();
	}
}

/* As many descriptors as we may have, and accept() that never blocks: another process on the
 * same socket may be faster between poll and accept. */
static void
fcgi_prepare(void)
{
	struct rlimit files;
	int flags = fcntl(LISTENER, F_GETFL);

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	if (flags < 0 || fcntl(LISTENER, F_SETFL, flags | O_NONBLOCK) < 0)
		fatal("descriptor %d is not a listening socket: %m", LISTENER);
}

void
fcgi_serve(const struct program *program, const struct web_site *site)
{
	pthread_t threads[THREADS_MAX];
	size_t n = program->threads > 0 ? (size_t)program->threads : 1;

	if (n > THREADS_MAX)
		n = THREADS_MAX;
	fcgi.program = program;
	fcgi.site = site;
	fcgi_prepare();
	fcgi_take_signals();
	log_line(LOG_INFO, "event=start threads=%zu", n);
	for (size_t i = 0; i < n; i++)
		web_thread_start(&threads[i], fcgi_thread);
	fcgi_await_end();
	atomic_store(&fcgi.stopping, true);
	close(fcgi.stop[1]);
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	park_drain();
	log_line(LOG_INFO, "event=stop");
}
