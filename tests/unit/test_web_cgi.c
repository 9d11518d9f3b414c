/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain CGI, as a web server runs it: a process whose environment is the request, with the
 * body on standard input and the answer on standard output until its end.
 */
#include "web_child.h"
#include "web_fake.h"

#include <fcntl.h>

/* With drive, parked requests are finished by the function that web_idle was given. */
static struct web *waiting;

static enum rc
drive_park(struct web *web)
{
	web_park(web);
	waiting = web;
	return RC_OK;
}

static void
drive(const bool *done)
{
	if (*done)
		abort();
	web_unpark(waiting, child_finish);
	if (!*done)
		abort();
}

static void
start(void)
{
	if (getenv("TEST_DRIVE") != NULL)
		web_idle(drive);
}

static void
serve(const char *const *environment)
{
	struct route routes[ARRAY_LEN(child_routes) + 1];
	const struct program program = {
		.name = "cgi", ROUTES(routes), .threads = 8, .start = start
	};

	memcpy(routes, child_routes, sizeof(child_routes));
	routes[ARRAY_LEN(child_routes)] = (struct route){ "GET", "/drive", 1, NULL, drive_park, 0 };
	clearenv();
	for (; *environment != NULL; environment++) {
		char name[64];
		const char *equals = strchr(*environment, '=');

		snprintf(name, sizeof(name), "%.*s", (int)(equals - *environment), *environment);
		setenv(name, equals + 1, 1);
	}
	_exit(web_main(&program, &child_site));
}

/* Everything until the end of fd, as text. */
static void
read_all(int fd, char *out, size_t room)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, out + n, room - n - 1)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(fd);
}

/* Run one request; environment ends with NULL. Returns the answer. */
static const char *
cgi(const char *body, const char *const *environment)
{
	static char answer[65536], errors[4096];
	int in[2], out[2], err[2], status;
	pid_t child;

	assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC) | pipe2(err, O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		closefrom(3);
		serve(environment);
	}
	close(in[0]), close(out[1]), close(err[1]);
	signal(SIGPIPE, SIG_IGN);
	if (write(in[1], body, strlen(body)) < 0)
		assert_int_equal(*body, 0);
	close(in[1]);
	read_all(out[0], answer, sizeof(answer));
	read_all(err[0], errors, sizeof(errors));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0)
		fail_msg("status %x: %s", status, errors);
	return answer;
}

#define CGI(body, ...) cgi(body, (const char *const[]){ __VA_ARGS__, NULL })
#define GET(uri) "REQUEST_METHOD=GET", "REQUEST_URI=" uri
#define POST(uri) "REQUEST_METHOD=POST", "REQUEST_URI=" uri

static void
one_request_one_answer(void **state)
{
	const char *answer = CGI("", GET("/hello"));

	(void)state;
	assert_true(text_starts(answer, "Status: 200 OK\r\n"));
	assert_contains(answer, "\r\nX-Request-Id: req_");
	assert_true(text_ends(answer, "\r\nContent-Length: 5\r\n\r\nhello"));
	assert_contains(CGI("", GET("/nope")), "Status: 404 ");
}

static void
the_path_may_come_in_pieces(void **state)
{
	(void)state;
	assert_true(text_ends(CGI("", "REQUEST_METHOD=GET", "SCRIPT_NAME=/hello"), "hello"));
	assert_true(text_ends(CGI("", "REQUEST_METHOD=GET", "SCRIPT_NAME=", "PATH_INFO=/hello"),
			      "hello"));
	/* Under mod_rewrite the program's own address is in SCRIPT_NAME. */
	assert_true(text_ends(CGI("", GET("/hello?x=1"), "SCRIPT_NAME=/cgi-bin/x.fcgi",
				  "PATH_INFO=/hello", "QUERY_STRING=x=1"),
			      "hello"));
}

static void
bodies_come_on_standard_input(void **state)
{
	(void)state;
	assert_true(text_ends(CGI("a body", POST("/echo"), "CONTENT_LENGTH=6"), "\r\n\r\na body"));
	assert_true(text_ends(CGI("a body", POST("/echo"), "CONTENT_LENGTH=1"), "\r\n\r\na"));
	assert_contains(CGI("a body", POST("/echo"), "CONTENT_LENGTH=7"), "Status: 400 ");
	assert_contains(CGI("a body", POST("/echo"), "CONTENT_LENGTH=1048577"), "Status: 413 ");
	/* Without a length there is no body, unless the server says that it passes one on. */
	assert_true(text_ends(CGI("a body", POST("/echo")), "Content-Length: 0\r\n\r\n"));
	assert_true(text_ends(CGI("a body", POST("/echo"), "HTTP_TRANSFER_ENCODING=chunked"),
			      "\r\n\r\na body"));
}

static void
parked_requests_are_waited_for(void **state)
{
	(void)state;
	assert_true(
		text_ends(CGI("", GET("/park?n=1&ms=50"), "QUERY_STRING=n=1&ms=50"), "parked 1"));
	assert_true(text_ends(CGI("", GET("/park/now"), "QUERY_STRING=n=2"), "parked 2"));
	assert_true(
		text_ends(CGI("", GET("/drive"), "QUERY_STRING=n=3", "TEST_DRIVE=1"), "parked 3"));
	assert_true(text_ends(CGI("", GET("/park/fail")), "busy: not now"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_request_one_answer),
		cmocka_unit_test(the_path_may_come_in_pieces),
		cmocka_unit_test(bodies_come_on_standard_input),
		cmocka_unit_test(parked_requests_are_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
