/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `wagate serve`: everything up with one command, in the foreground. Owns the listening
 * sockets (the port and one per program), starts the writer, the programs, the worker and
 * lighttpd, and restarts what dies. SIGTERM and SIGINT end all of it in order: lighttpd
 * first, the writer last. SIGHUP reopens the logs; where it says that our terminal is gone, it
 * ends everything too.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/log.h"
#include "core/settings.h"
#include "serve.h"

enum { BACKLOG = 4096, POLL_MS = 100 };
/* What is under way may take as long as the provider's answer; then a little for the answer. */
enum { STOP_MARGIN_MS = 5000 };
enum { RANK_WEB, RANK_PROGRAMS, RANK_WORKER, RANK_WRITER };

/* A unix socket for one program; an old file of that name is a leftover, because we hold the
 * lock of this data directory. */
static int
listen_unix(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		fatal("the path %s is too long for a socket (limit %zu): choose a shorter [run] "
		      "dir",
		      path, sizeof(address.sun_path) - 1);
	memcpy(address.sun_path, path, strlen(path) + 1);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    chmod(path, 0660) != 0 || listen(fd, BACKLOG) != 0)
		fatal("cannot listen on %s: %s", path, strerror(errno));
	return fd;
}

static int
listen_tcp(const char *host, int64_t port)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST,
				  .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	char service[16];
	int fd, one = 1;

	snprintf(service, sizeof(service), "%lld", (long long)port);
	if (getaddrinfo(host, service, &hints, &found) != 0)
		fatal("[web] bind = %s is no numeric address", host);
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0)
		fatal("cannot make a socket: %s", strerror(errno));
	if (bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
		fatal("cannot listen on %s port %lld: %s; choose another with PORT= (make run) or "
		      "[web] port",
		      host, (long long)port,
		      errno == EADDRINUSE ? "it is in use by another program" : strerror(errno));
	freeaddrinfo(found);
	return fd;
}

/* One `serve` per data directory. The descriptor stays open for the process's life. */
static void
hold_lock(struct op *op)
{
	const char *path = arena_printf(op->arena, "%s/serve.lock", settings()->run_dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	if (fd < 0)
		fatal("cannot write in %s: %s; the folder must belong to the user who runs wagate",
		      settings()->run_dir, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		fatal("wagate is already serving %s; stop it first", settings()->data_dir);
}

static void
add_binary(struct op *op, struct children *c, const char *name, int rank)
{
	struct child *child = children_add(c, name, -1, rank);

	child->argv[0] = place_of_binary(op, name);
	child->argv[1] = "--config";
	child->argv[2] = settings()->file;
}

static void
add_programs(struct op *op, struct children *c, const struct list *programs)
{
	const struct web_program *p = programs->rows;

	for (size_t i = 0; i < programs->n; i++) {
		struct child *child;

		if (!program_is_served(&p[i]))
			continue;
		child = children_add(c, p[i].name, listen_unix(webconf_socket(op, &p[i])),
				     RANK_PROGRAMS);
		child->argv[0] = p[i].file;
		child->argv[1] = "--config";
		child->argv[2] = settings()->file;
	}
}

static void
write_private(const char *path, struct bytes text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n || close(fd) != 0)
		fatal("cannot write %s: %s", path, strerror(errno));
}

static const char *
find_lighttpd(void)
{
	static const char *const places[] = { "/usr/sbin/lighttpd", "/usr/local/sbin/lighttpd" };

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	fatal("lighttpd is not installed: apt-get install lighttpd, or serve with --no-web behind "
	      "Apache");
}

static void
add_lighttpd(struct op *op, struct children *c, const struct list *programs)
{
	const char *path = arena_printf(op->arena, "%s/lighttpd.conf", settings()->run_dir);
	struct child *child;
	struct buf conf;

	buf_init(&conf, op->arena, 1 << 20);
	if (webconf_lighttpd(op, &conf, programs) != RC_OK)
		fatal("%s", op->why);
	write_private(path, buf_bytes(&conf));
	child = children_add(c, "lighttpd", listen_tcp(settings()->web_bind, settings()->web_port),
			     RANK_WEB);
	child->activation = true;
	child->argv[0] = find_lighttpd();
	child->argv[1] = "-D";
	child->argv[2] = "-f";
	child->argv[3] = path;
}

static void
raise_limits(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}

/* Blocks the signals and gives a descriptor that tells of them. */
static int
watch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
pass_on_hangup(const struct children *c)
{
	log_reopen();
	for (size_t i = 0; i < c->n; i++)
		if (c->all[i].pid != 0)
			kill(c->all[i].pid, SIGHUP);
}

static bool
has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* In a terminal, and not under nohup. */
static bool
is_run_by_hand(void)
{
	struct sigaction hangup;

	return sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN &&
	       has_terminal();
}

static void
serve_until_told(struct children *c, int signals)
{
	bool by_hand = is_run_by_hand();

	for (;;) {
		struct signalfd_siginfo got;
		struct pollfd waiting = { .fd = signals, .events = POLLIN };

		children_start_due(c);
		poll(&waiting, 1, POLL_MS);
		while (read(signals, &got, sizeof(got)) == sizeof(got)) {
			if (got.ssi_signo == SIGTERM || got.ssi_signo == SIGINT)
				return;
			if (got.ssi_signo == SIGHUP && by_hand && !has_terminal())
				return;
			if (got.ssi_signo == SIGHUP)
				pass_on_hangup(c);
		}
		children_reap(c);
	}
}

/* Another address than the file says: if it can be had, write it down and begin anew with it. */
static void
move_if_asked(struct op *op, const struct serve_options *options)
{
	const char *argv[] = {
		place_of_binary(op, "wagate"),   "serve", "--config", settings()->file,
		options->demo ? "--demo" : NULL, NULL
	};
	const char *bind = options->bind;
	int64_t port = options->port;

	if (!demo_elsewhere(&bind, &port))
		return;
	close(listen_tcp(bind, port));
	if (demo_move(op, bind, port) != RC_OK)
		fatal("%s", op->why);
	execv(argv[0], (char *const *)argv);
	fatal("cannot start %s: %s", argv[0], strerror(errno));
}

int
serve_main(struct op *op, const struct serve_options *options)
{
	static struct children children;
	struct list programs;
	int signals;

	hold_lock(op);
	move_if_asked(op, options);
	raise_limits();
	setenv("WAGATE_CONFIG", settings()->file, 1);
	if (programs_find(op, &programs, place_of_programs(op)) != RC_OK)
		fatal("%s", op->why);
	if (options->demo && demo_refresh(op) != RC_OK)
		fatal("%s", op->why);
	if (!options->no_web)
		add_lighttpd(op, &children, &programs);
	add_binary(op, &children, "wagate-writer", RANK_WRITER);
	add_programs(op, &children, &programs);
	if (text_equal(settings()->worker_mode, "daemon"))
		add_binary(op, &children, "wagate-worker", RANK_WORKER);
	signals = watch_signals();
	children_start_due(&children);
	if (options->demo && demo_print(op) != RC_OK)
		log_line(LOG_WARN, "event=demo why=\"%s\"", op->why);
	serve_until_told(&children, signals);
	children_stop(&children, settings()->send_timeout * 1000 + STOP_MARGIN_MS);
	return 0;
}
