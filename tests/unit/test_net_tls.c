/* SPDX-License-Identifier: Apache-2.0 */
/* TLS of calls out: a certificate that is not right is said to be what it is, nothing of the
 * request has left, and authorities are not read for every connection. Certificates are made by
 * the openssl program. */
#include "op_fixture.h"
#include "peer.h"

#include <fcntl.h>
#include <spawn.h>

#include "net/net.h"

enum { DEADLINE_US = 15000000 };

static char folder[] = "/tmp/test_net_tls.XXXXXX";

static pid_t
start(const char *const *arguments)
{
	extern char **environ;
	posix_spawn_file_actions_t quiet;
	pid_t pid = -1;

	posix_spawn_file_actions_init(&quiet);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_RDWR, 0);
	if (posix_spawnp(&pid, arguments[0], &quiet, NULL, (char *const *)(uintptr_t)arguments,
			 environ) != 0)
		pid = -1;
	posix_spawn_file_actions_destroy(&quiet);
	return pid;
}

static bool
run(const char *const *arguments)
{
	pid_t pid = start(arguments);
	int status = -1;

	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static const char *
file(const char *name)
{
	return arena_printf(op->arena, "%s/%s", folder, name);
}

/* A self-signed certificate for a host, over one key. days may be negative: it has expired. */
static bool
certificate(const char *name, const char *host, const char *days)
{
	const char *subject = arena_printf(op->arena, "/CN=%s", host);
	const char *const request[] = { "openssl", "req",   "-new", "-key",          file("key"),
					"-subj",   subject, "-out", file("request"), NULL };
	const char *const sign[] = { "openssl",  "x509",      "-req",  "-in", file("request"),
				     "-signkey", file("key"), "-days", days,  "-out",
				     file(name), NULL };

	return run(request) && run(sign);
}

static bool
make_certificates(void)
{
	const char *const key[] = { "openssl", "genpkey",   "-algorithm",
				    "EC",      "-pkeyopt",  "ec_paramgen_curve:P-256",
				    "-out",    file("key"), NULL };

	return run(key) && certificate("good", "localhost", "2") &&
	       certificate("other", "example.com", "2") &&
	       certificate("expired", "localhost", "-1");
}

/* One GET of a new server with that certificate, by a caller who trusts what is in a file. */
static struct net_call
get_from(const char *certificate_name, const char *authorities)
{
	int port, fd = peer_bind(&port);
	const char *at = arena_printf(op->arena, "127.0.0.1:%d", port);
	const char *const server[] = { "openssl", "s_server",  "-quiet", "-www",
				       "-accept", at,          "-cert",  file(certificate_name),
				       "-key",    file("key"), NULL };
	struct net_call call = {
		.op = op,
		.method = "GET",
		.url = arena_printf(op->arena, "https://localhost:%d/", port),
		.timeout_ms = 10000,
		.max_answer = 65536,
		.cut_answer = true,
		.ca_file = authorities,
	};
	int64_t limit = clock_elapsed_us() + DEADLINE_US;
	pid_t pid;

	close(fd);
	pid = start(server);
	assert_true(pid > 0);
	do
		net_perform(&call);
	while (call.outcome == NET_NOT_SENT && text_equal(call.words, "connection refused") &&
	       clock_elapsed_us() < limit);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return call;
}

static void
certificates_are_checked(void **state)
{
	static const struct {
		const char *name;
		bool trusted;
		enum net_outcome outcome;
		const char *words;
	} cases[] = {
		{ "good", true, NET_ANSWERED, NULL },
		{ "good", false, NET_NOT_SENT, "the certificate is self-signed" },
		{ "other", true, NET_NOT_SENT, "the certificate is for another host name" },
		{ "expired", true, NET_NOT_SENT, "the certificate has expired" },
	};

	(void)state;
	assert_true(make_certificates());
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct net_call call =
			get_from(cases[i].name, cases[i].trusted ? file(cases[i].name) : NULL);

		if (call.outcome != cases[i].outcome || !text_equal(call.words, cases[i].words))
			fail_msg("%s: outcome %d, %s", cases[i].name, call.outcome, call.words);
		assert_false(call.own_fault);
	}
}

/* A distribution's hundred authorities take longer to read than everything else of a call. */
static void
authorities_are_read_once(void **state)
{
	const char *authorities = file("authorities");

	(void)state;
	assert_true(make_certificates());
	assert_int_equal(link(file("good"), authorities), 0);
	assert_int_equal(get_from("good", authorities).outcome, NET_ANSWERED);
	assert_int_equal(unlink(authorities), 0);
	assert_int_equal(get_from("good", authorities).outcome, NET_ANSWERED);
}

static void
remove_files(void)
{
	static const char *const names[] = { "key", "request", "good", "other", "expired" };

	op = op_begin("test");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(file(names[i]));
	op_end(op);
	rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(certificates_are_checked),
		TEST(authorities_are_read_once),
	};
	int failed;

	load_default_settings();
	assert_non_null(mkdtemp(folder));
	net_start(true);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	net_stop();
	remove_files();
	return failed;
}
