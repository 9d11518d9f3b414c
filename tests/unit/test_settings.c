/* SPDX-License-Identifier: Apache-2.0 */
/* Settings: defaults, file, environment, paths, and every wrong key with its line. */
#include "unit.h"

#include "core/settings.h"

static char folder[] = "/tmp/settings.XXXXXX", path[64];

static int
begin_all(void **state)
{
	(void)state;
	unsetenv("WAGATE_CONFIG");
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/wagate.conf", folder);
	return 0;
}

static int
end_all(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void
write_bytes(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
load_good(const char *text)
{
	const char *problems = "unset";

	write_bytes(text, strlen(text));
	if (settings_load(path, &problems) != RC_OK)
		fail_msg("%s", problems);
	assert_string_equal(problems, "");
}

static const char *
load_wrong(const char *text)
{
	const char *problems = NULL;

	write_bytes(text, strlen(text));
	assert_int_equal(settings_load(path, &problems), RC_INPUT);
	assert_non_null(problems);
	return problems;
}

static const char *
under_folder(const char *name)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s/%s", folder, name);
	return text;
}

/* That a problem's line begins with FILE:LINE: and holds the words. */
static void
assert_problem(const char *problems, int line, const char *words)
{
	char place[128];
	const char *found, *stop;

	snprintf(place, sizeof(place), "%s:%d: ", path, line);
	found = strstr(problems, place);
	if (!found)
		fail_msg("no line %d in:\n%s", line, problems);
	stop = strchrnul(found, '\n');
	if (!memmem(found, (size_t)(stop - found), words, strlen(words)))
		fail_msg("no \"%s\" in line %d of:\n%s", words, line, problems);
}

static size_t
lines(const char *problems)
{
	size_t n = *problems != '\0';

	for (; *problems; problems++)
		n += *problems == '\n';
	return n;
}

static void
use_before_load(void *unused)
{
	(void)unused;
	settings();
}

static void
use_before_load_is_a_bug(void **state)
{
	(void)state;
	assert_bug(use_before_load, NULL);
}

static void
defaults(void **state)
{
	(void)state;
	load_good("");
	assert_int_equal(settings()->web_port, 8080);
	assert_false(settings()->simulator_on);
	assert_string_equal(settings()->log_level, "info");
	assert_string_equal(settings()->data_dir, folder);
	assert_string_equal(settings()->database_path, under_folder("wagate.db"));
	assert_string_equal(settings()->log_dir, under_folder("log"));
	assert_string_equal(settings()->web_templates, "");
	assert_string_equal(settings()->web_bind, "127.0.0.1");
	assert_string_equal(settings()->file, path);
}

static void
without_a_file(void **state)
{
	const char *problems;

	(void)state;
	assert_int_equal(settings_load(NULL, &problems), RC_OK);
	assert_string_equal(settings()->file, "");
	assert_int_equal(settings()->web_port, 8080);
	assert_true(settings()->database_path[0] == '/');
}

static void
the_file_counts(void **state)
{
	(void)state;
	load_good("\xef\xbb\xbf# comment\r\n; comment\r\n\r\n[web]\r\n  port=9000 \r\nurl = "
		  "https://x.example/#a;b \r\n"
		  "[simulator]\non = yes\n[ log ]\nlevel = debug\ndir =\n[cloud]\napp_secret = a "
		  "= b # c\n"
		  "[web]\nbind = ::1\n[database]\npath = ./db/x.db\nwriter = inline\n[data]\ndir = "
		  "/srv");
	assert_int_equal(settings()->web_port, 9000);
	assert_string_equal(settings()->web_url, "https://x.example/#a;b");
	assert_true(settings()->simulator_on);
	assert_string_equal(settings()->log_level, "debug");
	assert_string_equal(settings()->log_dir, "");
	assert_string_equal(settings()->cloud_app_secret, "a = b # c");
	assert_string_equal(settings()->web_bind, "::1");
	assert_string_equal(settings()->database_path, under_folder("db/x.db"));
	assert_string_equal(settings()->database_writer, "inline");
	assert_string_equal(settings()->data_dir, "/srv");
}

static void
every_wrong_key_with_its_line(void **state)
{
	const char *problems = load_wrong("early = 1\n" /* 1 */
					  "[web]\n"
					  "prot = 8080\n"          /* 3 */
					  "port = 0\n"             /* 4 */
					  "send_threads = maybe\n" /* 5 */
					  "nonsense\n"             /* 6 */
					  "[databse]\n"            /* 7 */
					  "path = x\n"
					  "[log]\n"
					  "level = loud\n" /* 10 */
					  "url = x\n"      /* 11 */
					  "xyzzy = 1\n"    /* 12 */
					  "dir = a\n"
					  "dir = b\n" /* 14 */
					  "[send\n"   /* 15 */
					  "level =\n" /* 16 */
					  "= x\n");   /* 17 */

	(void)state;
	assert_problem(problems, 1, "[section]");
	assert_problem(problems, 3, "did you mean \"port\"?");
	assert_problem(problems, 4, "from 1 to 65535, not \"0\"");
	assert_problem(problems, 5, "from 1 to 64");
	assert_problem(problems, 6, "key = value");
	assert_problem(problems, 7, "did you mean \"database\"?");
	assert_problem(problems, 10, "error warn info debug");
	assert_problem(problems, 11, "there is one in [web]");
	assert_problem(problems, 12, "there is no key \"xyzzy\" in [log]");
	assert_problem(problems, 14, "line 13");
	assert_problem(problems, 15, "]");
	assert_problem(problems, 16, "line 10");
	assert_problem(problems, 17, "key = value");
	assert_int_equal(lines(problems), 13);
	assert_null(strstr(problems, "xyzzy\" in [log];"));
	assert_bug(use_before_load, NULL);
}

static void
numbers_and_flags_have_bounds(void **state)
{
	(void)state;
	assert_problem(load_wrong("[web]\nport = 65536"), 2, "65535");
	assert_problem(load_wrong("[web]\nport = 80x"), 2, "65535");
	assert_problem(load_wrong("[web]\nport ="), 2, "65535");
	assert_problem(load_wrong("[simulator]\non ="), 2, "true or false");
	assert_problem(load_wrong("[worker]\nmode ="), 2, "daemon cron piggyback");
	assert_problem(load_wrong("[worker]\nmode = daemon cron"), 2, "one of");
	load_good("[web]\nport = 65535");
	load_good("[simulator]\non = on");
	assert_true(settings()->simulator_on);
}

static void
files_that_are_none(void **state)
{
	const char *problems;
	static char large[300000];

	(void)state;
	assert_int_equal(settings_load("/nonexistent/wagate.conf", &problems), RC_INPUT);
	assert_non_null(strstr(problems, "/nonexistent/wagate.conf: "));
	assert_int_equal(settings_load(folder, &problems), RC_INPUT);
	memset(large, '\n', sizeof(large));
	write_bytes(large, sizeof(large));
	assert_int_equal(settings_load(path, &problems), RC_INPUT);
	assert_non_null(strstr(problems, "256 KiB"));
	write_bytes("[web]\nurl = \xff\n", 13);
	assert_int_equal(settings_load(path, &problems), RC_INPUT);
	assert_problem(problems, 2, "UTF-8");
	write_bytes("[web]\nurl = a\0b\n", 16);
	assert_int_equal(settings_load(path, &problems), RC_INPUT);
	assert_problem(problems, 2, "UTF-8");
}

static void
the_environment_wins(void **state)
{
	(void)state;
	setenv("WAGATE_WEB_PORT", "9999", 1);
	setenv("WAGATE_CLOUD_GRAPH_URL", "http://127.0.0.1:1", 1);
	setenv("WAGATE_LOG_DIR", "", 1);
	setenv("WAGATE_RUN_DIR", "r", 1);
	load_good("[web]\nport = 9000\n[cloud]\ngraph_url = x\n");
	assert_int_equal(settings()->web_port, 9999);
	assert_string_equal(settings()->cloud_graph_url, "http://127.0.0.1:1");
	assert_string_equal(settings()->log_dir, "");
	assert_string_equal(settings()->run_dir, under_folder("r"));
	unsetenv("WAGATE_WEB_PORT");
	unsetenv("WAGATE_CLOUD_GRAPH_URL");
	unsetenv("WAGATE_LOG_DIR");
	unsetenv("WAGATE_RUN_DIR");
}

static void
wrong_variables_are_named(void **state)
{
	const char *problems;

	(void)state;
	setenv("WAGATE_WEB_PORT", "", 1);
	setenv("WAGATE_LOG_LEVEL", "loud", 1);
	setenv("WAGATE_WEB_URL", "\xff", 1);
	problems = load_wrong("[web]\nprot = 1\n");
	assert_int_equal(lines(problems), 4);
	assert_problem(problems, 2, "port");
	assert_non_null(strstr(problems, "\nWAGATE_WEB_PORT: "));
	assert_non_null(strstr(problems, "\nWAGATE_LOG_LEVEL: "));
	assert_non_null(strstr(problems, "\nWAGATE_WEB_URL: "));
	unsetenv("WAGATE_WEB_PORT");
	unsetenv("WAGATE_LOG_LEVEL");
	unsetenv("WAGATE_WEB_URL");
}

static void
the_path_comes_from_the_environment(void **state)
{
	const char *problems;

	(void)state;
	write_bytes("[web]\nport = 9001\n", 18);
	setenv("WAGATE_CONFIG", path, 1);
	assert_int_equal(settings_load(NULL, &problems), RC_OK);
	assert_int_equal(settings()->web_port, 9001);
	assert_string_equal(settings()->file, path);
	unsetenv("WAGATE_CONFIG");
}

static void
relative_paths_become_absolute(void **state)
{
	const char *problems;
	char here[256];

	(void)state;
	write_bytes("", 0);
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(settings_load("wagate.conf", &problems), RC_OK);
	assert_int_equal(chdir(here), 0);
	assert_string_equal(settings()->file, path);
	assert_string_equal(settings()->run_dir, under_folder("run"));
}

struct walk {
	size_t seen, from_file, from_environment, secrets;
	bool leaked;
};

static void
see(void *arg, const struct setting_info *info)
{
	struct walk *w = arg;

	w->seen++;
	assert_non_null(info->value);
	assert_non_null(info->absent);
	assert_true(strlen(info->sentence) > 10);
	w->from_file += strcmp(info->origin, "file") == 0;
	w->from_environment += strcmp(info->origin, "environment") == 0;
	w->secrets += info->secret;
	w->leaked |= strstr(info->value, "hunter2") != NULL;
	if (strcmp(info->key, "verify_token") == 0)
		assert_string_equal(info->value, "***");
	if (strcmp(info->key, "previous_app_secret") == 0)
		assert_string_equal(info->value, "");
	if (strcmp(info->section, "web") == 0 && strcmp(info->key, "port") == 0)
		assert_string_equal(info->value, "9000");
}

static void
walking_hides_secrets(void **state)
{
	struct walk w = { 0 };

	(void)state;
	setenv("WAGATE_SEND_TIMEOUT", "31", 1);
	load_good("[web]\nport = 9000\n[cloud]\napp_secret = hunter2\nverify_token = hunter2\n");
	unsetenv("WAGATE_SEND_TIMEOUT");
	settings_walk(see, &w);
	assert_true(w.seen > 20);
	assert_int_equal(w.from_file, 3);
	assert_int_equal(w.from_environment, 1);
	assert_true(w.secrets >= 4);
	assert_false(w.leaked);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(use_before_load_is_a_bug),
		cmocka_unit_test(defaults),
		cmocka_unit_test(without_a_file),
		cmocka_unit_test(the_file_counts),
		cmocka_unit_test(every_wrong_key_with_its_line),
		cmocka_unit_test(numbers_and_flags_have_bounds),
		cmocka_unit_test(files_that_are_none),
		cmocka_unit_test(the_environment_wins),
		cmocka_unit_test(wrong_variables_are_named),
		cmocka_unit_test(the_path_comes_from_the_environment),
		cmocka_unit_test(relative_paths_become_absolute),
		cmocka_unit_test(walking_hides_secrets),
	};

	return cmocka_run_group_tests(tests, begin_all, end_all);
}
