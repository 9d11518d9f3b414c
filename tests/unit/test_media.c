/* SPDX-License-Identifier: Apache-2.0 */
/* Media: kinds and their limits, the file they wait in, and the cloud driver's calls about them,
 * whose token goes to Meta and to nobody else. */
#include "op_fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/buf.h"
#include "domain/media_kind.h"
#include "gateway/media_file.h"
#include "provider/provider.h"

static const struct instance instance = { .id = "inst_1", .phone_number_id = "106540352242922" };
static const struct credentials credentials = { .access_token = "EAAtoken" };

/* ---- kinds ---- */

static void
kinds_have_metas_limits(void **state)
{
	static const struct {
		const char *type, *kind;
		int64_t max;
	} known[] = {
		{ "image/jpeg", "image", 5242880 },
		{ "IMAGE/PNG", "image", 5242880 },
		{ "audio/ogg; codecs=opus", "audio", 16777216 },
		{ "audio/amr", "audio", 16777216 },
		{ "video/3gpp", "video", 16777216 },
		{ "image/webp", "sticker", 512000 },
		{ "application/pdf", "document", 104857600 },
		{ "text/plain;charset=utf-8", "document", 104857600 },
		{ "application/x-anything", "document", 104857600 },
	};
	static const char *const refused[] = { "image/gif", "audio/wav", "video/webm", "image/",
					       "Image/JPEGx" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const struct media_kind *kind = media_kind_of(known[i].type);

		assert_string_equal(kind->name, known[i].kind);
		assert_int_equal(kind->max_bytes, known[i].max);
	}
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_null(media_kind_of(refused[i]));
}

static void
only_types_that_fit_a_header_are_types(void **state)
{
	static const char *const good[] = { "a/b", "image/svg+xml", "audio/ogg; codecs=\"opus\"",
					    "application/vnd.ms-excel" };
	static const char *const bad[] = { NULL,        "",         "a",          "/b",
					   "a/",        "a/b\r\nX", "a/b\x7f",    "a b/c",
					   "a/b c\x01", "a/b,c",    "a/b\xc3\xa9" };
	char long_type[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(media_type_is_wellformed(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(media_type_is_wellformed(bad[i]));
	memset(long_type, 'a', sizeof(long_type) - 1);
	long_type[1] = '/';
	long_type[127] = '\0';
	assert_true(media_type_is_wellformed(long_type));
	long_type[127] = 'a';
	long_type[128] = '\0';
	assert_false(media_type_is_wellformed(long_type));
}

/* ---- files ---- */

static void
a_file_has_no_name_and_ends_with_its_op(void **state)
{
	char folder[] = "/tmp/wagate-media-XXXXXX", text[8] = "";
	const char *problems;
	struct media_file file;
	struct op *other = op_begin("test");
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	setenv("WAGATE_DATA_DIR", folder, 1);
	assert_int_equal(settings_load(NULL, &problems), RC_OK);
	assert_int_equal(media_file_open(other, &file), RC_OK);
	assert_int_equal(media_file_add(other, &file, bytes_of("hel")), RC_OK);
	assert_int_equal(media_file_add(other, &file, bytes_of("lo")), RC_OK);
	assert_int_equal(file.size, 5);
	assert_int_equal(pread(file.fd, text, sizeof(text), 0), 5);
	assert_string_equal(text, "hello");
	fd = file.fd;
	op_end(other);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	/* Empty, so it can be removed. */
	assert_int_equal(rmdir(arena_printf(op->arena, "%s/media", folder)), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(media_file_open(op, &file), RC_INTERNAL);
	unsetenv("WAGATE_DATA_DIR");
	load_default_settings();
}

static void
a_full_disk_is_told_as_such(void **state)
{
	struct media_file file = { .fd = open("/dev/full", O_WRONLY | O_CLOEXEC) };

	(void)state;
	assert_true(file.fd >= 0);
	assert_int_equal(media_file_add(op, &file, bytes_of("x")), RC_BUSY);
	assert_non_null(strstr(op->why, "make room"));
	close(file.fd);
}

/* ---- the driver ---- */

static const char *
sent_header(const struct net_call *call, const char *name)
{
	for (size_t i = 0; i < call->header_count; i++)
		if (text_equal(call->headers[i].name, name))
			return call->headers[i].value;
	return NULL;
}

/* All that the request would send, read in pieces. */
static const char *
sent_body(const struct net_call *call, size_t piece)
{
	char *bytes = arena_alloc(op->arena, piece);
	struct buf all;
	size_t n;

	buf_init(&all, op->arena, 1 << 20);
	while ((n = call->source->read(call->source->arg, bytes, piece)) > 0)
		buf_add(&all, bytes, n);
	assert_int_equal(all.n, call->source->length);
	return buf_str(&all);
}

static void
an_upload_is_a_form_around_the_file(void **state)
{
	static const struct net_header fields[] = { { "x\"y", "1" } };
	char path[] = "/tmp/wagate-media-XXXXXX";
	struct media_upload upload = { .fd = mkstemp(path),
				       .size = 11,
				       .type = "image/png",
				       .filename = "a\"b.png",
				       .fields = fields,
				       .field_count = 1 };

	(void)state;
	assert_int_equal(write(upload.fd, "hello world", 11), 11);
	unlink(path);
	for (size_t piece = 1; piece < 2000; piece = piece * 3 + 1) {
		struct net_call call = { 0 };
		const char *boundary;

		cloud_provider.upload_request(op, &call, &instance, &credentials, &upload);
		assert_string_equal(call.method, "POST");
		assert_string_equal(call.url, "https://graph.example/v23.0/106540352242922/media");
		assert_string_equal(sent_header(&call, "Authorization"), "Bearer EAAtoken");
		assert_true(text_starts(sent_header(&call, "Content-Type"),
					"multipart/form-data; boundary="));
		assert_true(call.stall_ms > 0 && call.timeout_ms > call.stall_ms);
		boundary = strchr(sent_header(&call, "Content-Type"), '=') + 1;
		assert_string_equal(
			sent_body(&call, piece),
			arena_printf(op->arena,
				     "--%s\r\nContent-Disposition: form-data; "
				     "name=\"messaging_product\"\r\n\r\nwhatsapp\r\n"
				     "--%s\r\nContent-Disposition: form-data; "
				     "name=\"type\"\r\n\r\nimage/png\r\n"
				     "--%s\r\nContent-Disposition: form-data; "
				     "name=\"x%%22y\"\r\n\r\n1\r\n"
				     "--%s\r\nContent-Disposition: form-data; name=\"file\"; "
				     "filename=\"a%%22b.png\"\r\nContent-Type: image/png\r\n\r\n"
				     "hello world\r\n--%s--\r\n",
				     boundary, boundary, boundary, boundary, boundary));
	}
	close(upload.fd);
}

/* As many and as long as a form of ours lets them through. */
static void
names_of_quotes_fit_into_the_form(void **state)
{
	struct net_header fields[16];
	struct media_upload upload = { .fd = -1, .type = "image/png", .field_count = 16 };
	struct net_call call = { 0 };
	char name[4000];

	(void)state;
	memset(name, '"', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		fields[i] = (struct net_header){ name, name };
	upload.fields = fields;
	upload.filename = name;
	cloud_provider.upload_request(op, &call, &instance, &credentials, &upload);
	assert_true(call.source->length > (int64_t)(17 * 3 * strlen(name) + 16 * strlen(name)));
}

static struct net_call
call_of(const char *method, enum net_outcome outcome, int status, const char *body)
{
	return (struct net_call){ .op = op,
				  .method = method,
				  .outcome = outcome,
				  .status = status,
				  .answer = bytes_of(body),
				  .words = "it broke" };
}

#define ERROR(code) "{\"error\":{\"message\":\"no\",\"type\":\"OAuthException\",\"code\":" code "}}"

static void
uploads_have_honest_outcomes(void **state)
{
	static const struct {
		enum net_outcome net;
		int status;
		const char *body;
		enum send_outcome outcome;
	} cases[] = {
		{ NET_ANSWERED, 200, "{\"id\":\"4711\"}", SEND_ACCEPTED },
		{ NET_ANSWERED, 200, "{\"id\":4711}", SEND_ACCEPTED },
		{ NET_ANSWERED, 200, "{}", SEND_UNKNOWN },
		{ NET_ANSWERED, 200, "half", SEND_UNKNOWN },
		{ NET_ANSWERED, 400, ERROR("131053"), SEND_REFUSED },
		{ NET_ANSWERED, 413, "", SEND_REFUSED },
		{ NET_ANSWERED, 500, ERROR("131016"), SEND_UNKNOWN },
		{ NET_ANSWERED, 502, "", SEND_UNKNOWN },
		{ NET_UNKNOWN, 0, "", SEND_UNKNOWN },
		{ NET_NOT_SENT, 0, "", SEND_NOT_SENT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct net_call call =
			call_of("POST", cases[i].net, cases[i].status, cases[i].body);
		struct send_result result;

		cloud_provider.upload_read(op, &result, &call);
		assert_int_equal(result.outcome, cases[i].outcome);
		if (result.outcome == SEND_ACCEPTED)
			assert_string_equal(result.provider_id, "4711");
		else
			assert_non_null(result.words);
	}
}

static void
a_refusal_does_not_tell_our_token(void **state)
{
	struct media_upload upload = { .fd = -1, .type = "image/png" };
	struct net_call call = { 0 };
	struct send_result result;

	(void)state;
	cloud_provider.upload_request(op, &call, &instance, &credentials, &upload);
	call.outcome = NET_ANSWERED;
	call.status = 401;
	call.answer = bytes_of("{\"error\":{\"message\":\"Malformed access token EAAtoken\","
			       "\"code\":190}}");
	cloud_provider.upload_read(op, &result, &call);
	assert_string_equal(result.words, "Malformed access token ***");
	assert_string_equal(result.error.message, "Malformed access token ***");
	assert_null(strstr(arena_dupn(op->arena, result.answer.p, result.answer.n), "EAA"));
}

static void
what_may_be_asked_again_is_never_unknown(void **state)
{
	static const struct {
		enum net_outcome net;
		int status;
	} open_ends[] = { { NET_UNKNOWN, 0 }, { NET_ANSWERED, 500 }, { NET_ANSWERED, 408 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(open_ends); i++) {
		struct net_call call = call_of("GET", open_ends[i].net, open_ends[i].status, "");
		struct media_object object = { .id = "untouched" };
		struct send_result result;

		cloud_provider.media_read(op, &result, &object, &call);
		assert_int_equal(result.outcome, SEND_NOT_SENT);
		assert_true(result.error.retryable);
		assert_string_equal(object.id, "untouched");
		cloud_provider.fetch_read(op, &result, &call);
		assert_int_equal(result.outcome, SEND_NOT_SENT);
	}
}

static void
media_are_asked_for_in_the_name_of_their_number(void **state)
{
	struct net_call call = { 0 };
	struct media_object object = { 0 };
	struct send_result result;

	(void)state;
	cloud_provider.media_request(op, &call, &instance, &credentials, "DELETE", "12/34");
	assert_string_equal(call.method, "DELETE");
	assert_string_equal(call.url,
			    "https://graph.example/v23.0/12%2F34?phone_number_id=106540352242922");
	call = call_of("GET", NET_ANSWERED, 200,
		       "{\"url\":\"https://x\",\"mime_type\":\"image/png\",\"id\":12}");
	cloud_provider.media_read(op, &result, &object, &call);
	assert_int_equal(result.outcome, SEND_ACCEPTED);
	assert_string_equal(object.url, "https://x");
	assert_string_equal(object.mime_type, "image/png");
	assert_string_equal(object.id, "12");
}

static void
the_token_goes_to_meta_only(void **state)
{
	static const char *const metas[] = {
		"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
		"https://LOOKASIDE.FBSBX.COM/x",
		"https://mmg.whatsapp.net/x",
		"https://graph.facebook.com:443/x",
		"https://graph.example/x",
	};
	static const char *const others[] = {
		NULL,
		"",
		"nonsense",
		"http://lookaside.fbsbx.com/x",
		"https://lookaside.fbsbx.com:8443/x",
		"https://fbsbx.com.example/x",
		"https://evilfbsbx.com/x",
		"https://user@lookaside.fbsbx.com/x",
		"http://graph.example/x",
		"https://graph.example:8443/x",
		"https://graph.example.org/x",
		"ftp://lookaside.fbsbx.com/x",
		"https://127.0.0.1/x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(metas); i++) {
		struct net_call call = { 0 };

		assert_true(cloud_provider.fetch_request(op, &call, &credentials, metas[i],
							 "bytes=0-9"));
		assert_string_equal(call.method, "GET");
		assert_string_equal(sent_header(&call, "Authorization"), "Bearer EAAtoken");
		assert_true(text_starts(sent_header(&call, "User-Agent"), "wagate/"));
		assert_string_equal(sent_header(&call, "Range"), "bytes=0-9");
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct net_call call = { .method = "untouched" };

		if (cloud_provider.fetch_request(op, &call, &credentials, others[i], NULL))
			fail_msg("the token would go to %s", others[i]);
		assert_string_equal(call.method, "untouched");
	}
}

static int
setup_graph(void **state)
{
	setenv("WAGATE_CLOUD_GRAPH_URL", "https://graph.example/", 1);
	load_default_settings();
	return setup_static_op(state);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_graph, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kinds_have_metas_limits),
		TEST(only_types_that_fit_a_header_are_types),
		TEST(a_file_has_no_name_and_ends_with_its_op),
		TEST(a_full_disk_is_told_as_such),
		TEST(an_upload_is_a_form_around_the_file),
		TEST(names_of_quotes_fit_into_the_form),
		TEST(uploads_have_honest_outcomes),
		TEST(a_refusal_does_not_tell_our_token),
		TEST(what_may_be_asked_again_is_never_unknown),
		TEST(media_are_asked_for_in_the_name_of_their_number),
		TEST(the_token_goes_to_meta_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
