/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FastCGI with threads, seen from the web server's side of the socket: many requests at once,
 * requests that wait without a thread, an end that finishes what has begun and leaves the
 * socket to whoever comes next.
 */
#include "web_child.h"
#include "web_fake.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct {
	char path[64];
	int listener;
	pid_t pid;
	int64_t threads;
} child;

/* ---- a web server's side (FastCGI specification, sections 3 and 5) ---- */

enum { BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS_RECORD = 4, STDIN_RECORD = 5, STDOUT_RECORD = 6 };

static void
put_record(int fd, int type, const void *data, size_t n)
{
	unsigned char head[8] = {
		1, (unsigned char)type, 0, 1, (unsigned char)(n >> 8), (unsigned char)n, 0, 0
	};

	/* A program that has refused the body may be gone already. */
	if (send(fd, head, sizeof(head), MSG_NOSIGNAL) < 0 || n == 0)
		return;
	(void)!send(fd, data, n, MSG_NOSIGNAL);
}

static void
add_param(struct buf *b, const char *name, const char *value)
{
	buf_char(b, (char)strlen(name));
	buf_char(b, (char)strlen(value));
	buf_text(b, name);
	buf_text(b, value);
}

static int
request_begin(const char *method, const char *uri, const char *body, size_t n)
{
	static const unsigned char responder[8] = { 0, 1 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct arena *arena = arena_new(0);
	const char *query = strchr(uri, '?');
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct buf params;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", child.path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	buf_init(&params, arena, 4096);
	add_param(&params, "REQUEST_METHOD", method);
	add_param(&params, "REQUEST_URI", uri);
	add_param(&params, "QUERY_STRING", query != NULL ? query + 1 : "");
	add_param(&params, "CONTENT_LENGTH", arena_printf(arena, "%zu", n));
	put_record(fd, BEGIN_REQUEST, responder, sizeof(responder));
	put_record(fd, PARAMS_RECORD, params.p, params.n);
	put_record(fd, PARAMS_RECORD, NULL, 0);
	for (size_t at = 0; at < n; at += 32768)
		put_record(fd, STDIN_RECORD, body + at, n - at < 32768 ? n - at : 32768);
	put_record(fd, STDIN_RECORD, NULL, 0);
	arena_free(arena);
	return fd;
}

static bool
take(int fd, void *out, size_t n)
{
	for (size_t got = 0; got < n;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t more;

		if (poll(&p, 1, CHILD_DEADLINE_MS) <= 0)
			fail_msg("no answer in time");
		more = read(fd, (char *)out + got, n - got);
		if (more <= 0)
			return false;
		got += (size_t)more;
	}
	return true;
}

/* The whole answer; "" when the connection ended before END_REQUEST. */
static const char *
request_answer(int fd)
{
	static char answer[1 << 21];
	unsigned char head[8], rest[65536 + 256];
	size_t n = 0;

	while (take(fd, head, sizeof(head))) {
		size_t length = (size_t)head[4] << 8 | head[5];

		if (!take(fd, rest, length + head[6]))
			break;
		if (head[1] == END_REQUEST) {
			close(fd);
			answer[n] = '\0';
			return answer;
		}
		if (head[1] == STDOUT_RECORD) {
			memcpy(answer + n, rest, length);
			n += length;
		}
	}
	close(fd);
	return "";
}

static const char *
get(const char *uri)
{
	return request_answer(request_begin("GET", uri, "", 0));
}

/* ---- the program ---- */

static void
child_start(int64_t threads)
{
	const struct program program = { .name = "fcgi", ROUTES(child_routes), .threads = threads };

	child.pid = fork();
	assert_true(child.pid >= 0);
	if (child.pid != 0)
		return;
	dup2(child.listener, 0);
	if (!freopen("/dev/null", "w", stderr))
		_exit(99);
	exit(web_main(&program, &child_site));
}

/* SIGTERM; true when the child ends by itself with 0. */
static bool
child_stops(void)
{
	int status;

	kill(child.pid, SIGTERM);
	assert_int_equal(waitpid(child.pid, &status, 0), child.pid);
	child.pid = 0;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int
listen_somewhere(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char folder[] = "/tmp/test_web_fcgi.XXXXXX";

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(child.path, sizeof(child.path), "%s/s", folder);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", child.path);
	child.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(child.listener, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return listen(child.listener, 512);
}

static int
clean_up(void **state)
{
	(void)state;
	unlink(child.path);
	*strrchr(child.path, '/') = '\0';
	return rmdir(child.path);
}

static int
kill_child(void **state)
{
	(void)state;
	if (child.pid > 0) {
		kill(child.pid, SIGKILL);
		waitpid(child.pid, NULL, 0);
		child.pid = 0;
	}
	return 0;
}

/* ---- the tests ---- */

static void
requests_are_answered(void **state)
{
	(void)state;
	child_start(2);
	assert_true(text_ends(get("/hello"), "\r\n\r\nhello"));
	assert_contains(get("/nope"), "Status: 404 ");
	assert_true(text_ends(get("/park?n=7"), "parked 7"));
	assert_true(text_ends(get("/park/now?n=8"), "parked 8"));
	assert_contains(get("/park/fail"), "Status: 503 ");
	assert_true(child_stops());
}

static void
bodies_of_any_size(void **state)
{
	static char body[2 << 20];
	const char *answer;

	(void)state;
	child_start(1);
	memset(body, 'b', sizeof(body));
	answer = request_answer(request_begin("POST", "/echo", body, 1 << 20));
	assert_contains(answer, "\r\nContent-Length: 1048576\r\n");
	assert_int_equal(strlen(strstr(answer, "\r\n\r\n") + 4), 1 << 20);
	/* Refused before it is read, and still answered. */
	answer = request_answer(request_begin("POST", "/echo", body, sizeof(body)));
	assert_contains(answer, "Status: 413 ");
	assert_true(child_stops());
}

static void
many_at_once(void **state)
{
	enum { MANY = 64 };
	int fds[MANY];
	int64_t before = clock_elapsed_us();

	(void)state;
	child_start(MANY);
	for (size_t i = 0; i < MANY; i++)
		fds[i] = request_begin("GET", "/slow?ms=200", "", 0);
	for (size_t i = 0; i < MANY; i++)
		assert_true(text_ends(request_answer(fds[i]), "slow"));
	/* Not one after the other: that would take 13 s. */
	assert_true(clock_elapsed_us() - before < 6000000);
	assert_true(child_stops());
}

static void
waiting_requests_need_no_thread(void **state)
{
	enum { MANY = 200 };
	int fds[MANY];

	(void)state;
	child_start(1);
	for (size_t i = 0; i < MANY; i++)
		fds[i] = request_begin("GET", "/park?ms=300&n=x", "", 0);
	assert_true(text_ends(get("/hello"), "hello"));
	for (size_t i = 0; i < MANY; i++)
		assert_true(text_ends(request_answer(fds[i]), "parked x"));
	assert_true(child_stops());
}

static void
the_end_finishes_what_has_begun(void **state)
{
	int slow, parked, late;

	(void)state;
	child_start(4);
	slow = request_begin("GET", "/slow?ms=600", "", 0);
	parked = request_begin("GET", "/park?ms=600&n=y", "", 0);
	/* Both are taken up once a later one is answered by another thread. */
	assert_true(text_ends(get("/slow?ms=100"), "slow"));
	assert_true(child_stops());
	assert_true(text_ends(request_answer(slow), "slow"));
	assert_true(text_ends(request_answer(parked), "parked y"));
	/* The socket outlives the process: who comes meanwhile is served by the next one. */
	late = request_begin("GET", "/hello", "", 0);
	child_start(1);
	assert_true(text_ends(request_answer(late), "hello"));
	assert_true(child_stops());
}

static void
two_processes_on_one_socket(void **state)
{
	pid_t first;

	(void)state;
	child_start(2);
	first = child.pid;
	child_start(2);
	for (int i = 0; i < 50; i++)
		assert_true(text_ends(get("/hello"), "hello"));
	assert_true(child_stops());
	child.pid = first;
	assert_true(text_ends(get("/hello"), "hello"));
	assert_true(child_stops());
}

static void
peers_that_leave_early(void **state)
{
	(void)state;
	child_start(2);
	for (int i = 0; i < 20; i++)
		close(request_begin("GET", i % 2 ? "/slow?ms=20" : "/park?ms=20", "", 0));
	assert_true(text_ends(get("/hello"), "hello"));
	assert_true(child_stops());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(requests_are_answered, kill_child),
		cmocka_unit_test_teardown(bodies_of_any_size, kill_child),
		cmocka_unit_test_teardown(many_at_once, kill_child),
		cmocka_unit_test_teardown(waiting_requests_need_no_thread, kill_child),
		cmocka_unit_test_teardown(the_end_finishes_what_has_begun, kill_child),
		cmocka_unit_test_teardown(two_processes_on_one_socket, kill_child),
		cmocka_unit_test_teardown(peers_that_leave_early, kill_child),
	};

	return cmocka_run_group_tests(tests, listen_somewhere, clean_up);
}
