/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_inbound_media - files that people sent: the noun's rules, the folder they are kept in, who
 * is claimed for, what becomes of a row, and the way of a file through the worker's turns
 */
#include "clock_fixture.h"
#include "send_fixture.h"

#include <dirent.h>
#include <errno.h>

#include "gateway/doorbell.h"
#include "gateway/keep_folder.h"
#include "gateway/keep_inside.h"
#include "gateway/keep_settle.h"
#include "gateway/manage_instances.h"
#include "store/inbound_media_store.h"

/* SHA-256 of "hello" (FIPS 180-4; sha256sum). */
#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define HELLO_64 "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="

/* ---- rules ------------------------------------------------------------------------------- */

static void
tries_go_on_as_long_as_the_provider_has_it(void **state)
{
	int64_t all = 0, last = 0, ms;

	(void)state;
	assert_int_equal(inbound_media_retry_ms(0), -1);
	for (int64_t n = 1; (ms = inbound_media_retry_ms(n)) >= 0; n++) {
		assert_true(ms >= last);
		last = ms;
		all += ms;
	}
	assert_true(all > 7 * DAY_MS && all < 10 * DAY_MS);
}

static void
hashes_are_told_in_two_spellings(void **state)
{
	static const char *const none[] = { NULL,     "",           "x",       HELLO "0",
					    "LPJNul", HELLO_64 "=", "zz" HELLO };
	struct op *op = fixture_op();

	(void)state;
	assert_string_equal(inbound_media_sha256(op->arena, HELLO_64), HELLO);
	assert_string_equal(inbound_media_sha256(op->arena, HELLO), HELLO);
	assert_string_equal(inbound_media_sha256(op->arena,
						 "2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E"
						 "73043362938B9824"),
			    HELLO);
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_null(inbound_media_sha256(op->arena, none[i]));
	op_end(op);
}

static void
sizes_are_metas_and_ours(void **state)
{
	(void)state;
	assert_int_equal(inbound_media_limit("image/jpeg", 100 << 20), 5 << 20);
	assert_int_equal(inbound_media_limit("image/jpeg", 1 << 20), 1 << 20);
	assert_int_equal(inbound_media_limit("application/pdf", 100 << 20), 100 << 20);
	assert_int_equal(inbound_media_limit("video/quicktime", 100 << 20), 100 << 20);
	assert_int_equal(inbound_media_limit(NULL, 7), 7);
}

static void
only_what_cannot_run_is_shown(void **state)
{
	static const char *const shown[] = { "image/png", "IMAGE/JPEG", "audio/ogg; codecs=opus",
					     "video/mp4" };
	static const char *const saved[] = { NULL,        "",           "image/svg+xml",
					     "text/html", "image/pngx", "application/pdf",
					     "image/",    "text/xml",   "application/json" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		assert_true(inbound_media_is_shown(shown[i]));
	for (size_t i = 0; i < ARRAY_LEN(saved); i++)
		assert_false(inbound_media_is_shown(saved[i]));
}

/* ---- the folder -------------------------------------------------------------------------- */

static int
count_files(const char *below)
{
	char path[256];
	struct dirent *entry;
	int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/media%s", store_dir, below);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	if (dir != NULL)
		closedir(dir);
	return n;
}

static void
put_file(struct op *op, const char *name, const char *text, const char *hash)
{
	struct incoming file;

	must(op, keep_folder_begin(op, &file, name));
	assert_int_equal(keep_folder_add(&file, bytes_of(text)), 0);
	assert_int_equal(count_files("/incoming"), 1);
	assert_int_equal(keep_folder_keep(&file, keep_folder_path(op->arena, hash)), 0);
	keep_folder_drop(&file);
}

static void
a_file_has_its_name_only_when_it_is_whole(void **state)
{
	struct op *op = fixture_op();
	struct incoming file;
	char text[8] = "";
	int64_t size = 0;
	int fd = -1;

	(void)state;
	assert_int_equal(keep_folder_open(op, &fd, &size, HELLO), RC_MISSING);
	put_file(op, "med_1", "hello", HELLO);
	put_file(op, "med_2", "hello", HELLO);
	must(op, keep_folder_open(op, &fd, &size, HELLO));
	assert_int_equal(size, 5);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 5);
	assert_string_equal(text, "hello");
	assert_int_equal(count_files("/2c/f2"), 1);
	/* One that was not kept, and what a dead process left. */
	must(op, keep_folder_begin(op, &file, "med_3"));
	keep_folder_drop(&file);
	keep_folder_drop(&file);
	assert_int_equal(count_files("/incoming"), 0);
	must(op, keep_folder_begin(op, &file, "med_4"));
	keep_folder_sweep(op);
	assert_int_equal(count_files("/incoming"), 0);
	keep_folder_drop(&file);
	must(op, keep_folder_remove(op, HELLO));
	must(op, keep_folder_remove(op, HELLO));
	assert_int_equal(keep_folder_open(op, &fd, &size, HELLO), RC_MISSING);
	op_end(op);
}

static void
a_full_disk_is_told_by_its_errno(void **state)
{
	struct incoming file = { .fd = open("/dev/full", O_WRONLY | O_CLOEXEC) };

	(void)state;
	assert_true(file.fd >= 0);
	assert_int_equal(keep_folder_add(&file, bytes_of("x")), ENOSPC);
	close(file.fd);
}

/* ---- the store --------------------------------------------------------------------------- */

static void
store_row(const char *id, const char *account, const char *instance, int64_t due_ms)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	const struct inbound_media row = {
		.id = id,
		.instance_id = instance,
		.inbound_id = arena_printf(op->arena, "in_%s", id),
		.media_id = arena_printf(op->arena, "9%s", id + 4),
		.mime_type = "image/jpeg",
		.due_at = { due_ms },
		.keep_from = { due_ms },
	};

	op->account_id = account;
	inbound_media_store_insert(batch, &row);
	must(op, db_commit(op, batch));
	op_end(op);
}

static struct inbound_media
row_of(struct op *op, const char *id)
{
	struct inbound_media row = { 0 };

	db_rest(op);
	must(op, inbound_media_store_of(op, &row, arena_printf(op->arena, "in_%s", id)));
	return row;
}

/* Claims as one worker would; gives what it got. */
static struct list
claim(struct op *op, const char *instance, int64_t now_ms, int64_t limit)
{
	struct batch *batch = batch_new(op);
	struct list claimed;
	int index = inbound_media_store_claim(batch, instance, (struct instant){ now_ms },
					      (struct instant){ now_ms + 1000 }, "here", limit);

	must(op, db_commit(op, batch));
	must(op, inbound_media_store_claimed(op, batch, index, &claimed));
	return claimed;
}

static void
commit_settled(struct op *op, struct inbound_media row, const char *state, const char *hash)
{
	struct batch *batch = batch_new(op);

	row.state = state;
	row.hash = hash;
	row.size = 5;
	inbound_media_store_settle(batch, &row);
	must(op, db_commit(op, batch));
}

static void
a_row_is_in_one_hand(void **state)
{
	struct op *op = fixture_op();
	struct inbound_media row;
	struct batch *batch;
	struct list list;

	(void)state;
	store_row("med_11", "acc_fixture", "inst_fixture", 1000);
	store_row("med_12", "acc_fixture", "inst_fixture", 2000);
	assert_int_equal(claim(op, "inst_fixture", 500, 9).n, 0);
	list = claim(op, "inst_fixture", 1500, 9);
	assert_int_equal(list.n, 1);
	row = *(const struct inbound_media *)list.rows;
	assert_string_equal(row.id, "med_11");
	assert_int_equal(claim(op, "inst_fixture", 1500, 9).n, 0);
	/* The lease runs out, another takes it, and the first one's word counts no longer. */
	batch = batch_new(op);
	inbound_media_store_reap(batch, (struct instant){ 9000 });
	must(op, db_commit(op, batch));
	assert_int_equal(claim(op, "inst_fixture", 9000, 9).n, 2);
	commit_settled(op, row, "kept", HELLO);
	assert_string_equal(row_of(op, "med_11").state, "fetching");
	batch = batch_new(op);
	inbound_media_store_recover(batch, "elsewhere", (struct instant){ 9500 });
	must(op, db_commit(op, batch));
	assert_string_equal(row_of(op, "med_11").state, "fetching");
	batch = batch_new(op);
	inbound_media_store_recover(batch, "here", (struct instant){ 9500 });
	must(op, db_commit(op, batch));
	assert_string_equal(row_of(op, "med_11").state, "waiting");
	list = claim(op, "inst_fixture", 9500, 1);
	commit_settled(op, *(const struct inbound_media *)list.rows, "kept", HELLO);
	op_end(op);
}

static void
what_is_kept_is_found_by_its_owner_alone(void **state)
{
	struct op *op = fixture_op();
	struct inbound_media row = { 0 };
	struct batch *batch;
	struct list list;

	(void)state;
	store_row("med_21", "acc_fixture", "inst_fixture", 1000);
	assert_int_equal(inbound_media_store_kept(op, &row, "inst_fixture", "921"), RC_MISSING);
	list = claim(op, "inst_fixture", 1500, 9);
	commit_settled(op, *(const struct inbound_media *)list.rows, "kept", HELLO);
	db_rest(op);
	must(op, inbound_media_store_kept(op, &row, "inst_fixture", "921"));
	assert_string_equal(row.hash, HELLO);
	assert_int_equal(inbound_media_store_kept(op, &row, "inst_other", "921"), RC_MISSING);
	op->account_id = "acc_other";
	db_rest(op);
	assert_int_equal(inbound_media_store_kept(op, &row, "inst_fixture", "921"), RC_MISSING);
	op->account_id = "acc_fixture";
	batch = batch_new(op);
	inbound_media_store_drop(batch, "inst_fixture", "921");
	must(op, db_commit(op, batch));
	assert_int_equal(inbound_media_store_kept(op, &row, "inst_fixture", "921"), RC_MISSING);
	op_end(op);
}

/* ---- what becomes of a row --------------------------------------------------------------- */

static struct inbound_media
outcome(struct op *op, enum fetch_end end, int64_t tries, int64_t wait_ms, int64_t now_ms)
{
	struct fetch *f = arena_alloc(op->arena, sizeof(*f));

	f->row = (struct inbound_media){ .id = "med_x",
					 .instance_id = "inst_fixture",
					 .state = "fetching",
					 .tries = tries,
					 .hash = HELLO,
					 .size = 5 };
	f->end = end;
	f->words = end == FETCH_KEPT ? NULL : "why";
	f->wait_ms = wait_ms;
	return keep_outcome(f, (struct instant){ now_ms });
}

static void
outcomes_are_told_apart(void **state)
{
	struct op *op = fixture_op();
	struct inbound_media row = outcome(op, FETCH_KEPT, 2, 0, 1000);

	(void)state;
	assert_string_equal(row.state, "kept");
	assert_string_equal(row.hash, HELLO);
	assert_int_equal(row.done_at.ms, 1000);
	assert_null(row.last_error);
	row = outcome(op, FETCH_AGAIN, 0, 0, 1000);
	assert_string_equal(row.state, "waiting");
	assert_int_equal(row.tries, 1);
	assert_int_equal(row.due_at.ms, 1000 + inbound_media_retry_ms(1));
	assert_null(row.hash);
	assert_int_equal(row.size, 0);
	assert_string_equal(outcome(op, FETCH_AGAIN, 13, 0, 1000).state, "failed");
	assert_string_equal(outcome(op, FETCH_WRONG, 1, 0, 1000).state, "waiting");
	assert_string_equal(outcome(op, FETCH_WRONG, 2, 0, 1000).state, "failed");
	assert_string_equal(outcome(op, FETCH_GONE, 0, 0, 1000).state, "gone");
	assert_string_equal(outcome(op, FETCH_FAILED, 0, 0, 1000).state, "failed");
	row = outcome(op, FETCH_ROOM, 3, 0, 1000);
	assert_string_equal(row.state, "waiting");
	assert_int_equal(row.tries, 3);
	assert_int_equal(keep_rests_until("inst_fixture").ms, 0);
	op_end(op);
}

static void
a_number_is_left_alone_longer_each_time(void **state)
{
	struct op *op = fixture_op();
	struct inbound_media row = outcome(op, FETCH_WAIT, 3, 0, 1000);
	int64_t now = 1000, last = 0;

	(void)state;
	assert_string_equal(row.state, "waiting");
	assert_int_equal(row.tries, 3);
	assert_int_equal(row.due_at.ms, keep_rests_until("inst_fixture").ms);
	/* What was under way with it changes nothing. */
	assert_int_equal(outcome(op, FETCH_WAIT, 0, 0, 1001).due_at.ms, row.due_at.ms);
	for (int i = 0; i < 12; i++) {
		int64_t ms = outcome(op, FETCH_WAIT, 0, 0, now).due_at.ms - now;

		assert_true(ms >= last);
		last = ms;
		now += ms;
	}
	assert_int_equal(last, 10 * MINUTE_MS);
	/* The provider's own word counts when it is longer, up to a day. */
	assert_int_equal(outcome(op, FETCH_WAIT, 0, HOUR_MS, now).due_at.ms, now + HOUR_MS);
	now += HOUR_MS;
	assert_int_equal(outcome(op, FETCH_WAIT, 0, 99 * DAY_MS, now).due_at.ms, now + DAY_MS);
	(void)outcome(op, FETCH_KEPT, 0, 0, now);
	assert_int_equal(keep_rests_until("inst_fixture").ms, 0);
	op_end(op);
}

/* ---- the worker's turns ------------------------------------------------------------------ */

/* The provider: /v23.0/ID says where, /bytes/ID gives "hello"; what 9999 names it does not have. */
static bool
files_serve(struct peer_request *r)
{
	char body[256], head[256];
	const char *id = strstr(r->path, "/9"), *status = "200 OK", *type = "image/jpeg";

	if (strncmp(r->path, "/bytes/", 7) == 0) {
		snprintf(body, sizeof(body), "hello");
	} else if (id != NULL && strncmp(id, "/9999", 5) == 0) {
		status = "400 Bad Request";
		snprintf(body, sizeof(body),
			 "{\"error\":{\"code\":100,\"error_subcode\":33,\"message\":\"no\"}}");
	} else {
		type = "application/json";
		snprintf(body, sizeof(body),
			 "{\"id\":\"1\",\"mime_type\":\"image/jpeg\",\"sha256\":\"" HELLO "\","
			 "\"url\":\"http://127.0.0.1:%d/bytes%.8s\"}",
			 peer.port, id == NULL ? "" : id);
	}
	snprintf(head, sizeof(head),
		 "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", status, type,
		 strlen(body));
	peer_say(r->fd, head);
	peer_say(r->fd, body);
	return true;
}

static int
setup_turns(void **state)
{
	char path[128], extra[256];
	struct op *op;

	(void)state;
	set_clock(0);
	peer_start(files_serve);
	snprintf(extra, sizeof(extra),
		 "[cloud]\ngraph_url = http://127.0.0.1:%d\n[media]\nmin_free_mib = 0\n"
		 "fetch_in_flight = 4\n[retention]\nmedia_days = 2\n",
		 peer.port);
	store_begin(extra);
	seal_token();
	snprintf(path, sizeof(path), "%s/run", store_dir);
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	op = fixture_op();
	must(op, gateway_listen(op));
	op_end(op);
	return 0;
}

static int
teardown_turns(void **state)
{
	(void)state;
	gateway_unlisten();
	store_end();
	return 0;
}

/* Turns until nothing is under way. */
static void
work(void)
{
	int64_t next, done;

	keep_note_wanted();
	do {
		struct op *op = op_begin("worker");

		must(op, gateway_keep_turn(op, &done, &next));
		op_end(op);
		if (gateway_keep_pending() > 0)
			gateway_wait(2000);
	} while (done > 0 || next == 0 || gateway_keep_pending() > 0);
}

static int64_t
forget(void)
{
	struct op *op = op_begin("worker");
	int64_t n = -1;

	must(op, gateway_forget_media(op, &n));
	op_end(op);
	return n;
}

static void
want(struct op *op, bool fetch_media, const char *id, const char *json)
{
	struct instance instance = fixture_instance;
	struct batch *batch = batch_new(op);
	json_t *message;

	instance.fetch_media = fetch_media;
	must(op, json_read_loose(op, &message, bytes_of(json)));
	media_want(op, batch, &instance, message, id, op->now);
	must(op, db_commit(op, batch));
}

static void
a_file_comes_through_the_turns(void **state)
{
	struct op *op = fixture_op();
	struct inbound_media row;
	int64_t open = -1;

	(void)state;
	want(op, true, "in_med_31",
	     "{\"type\":\"image\",\"image\":{\"id\":\"931\",\"sha256\":\"" HELLO_64 "\"}}");
	want(op, true, "in_med_32", "{\"type\":\"document\",\"document\":{\"id\":\"9999\"}}");
	/* Of these nothing is wanted. */
	want(op, false, "in_med_33", "{\"type\":\"image\",\"image\":{\"id\":\"933\"}}");
	want(op, true, "in_med_34", "{\"type\":\"image\",\"image\":{\"id\":\"../etc\"}}");
	want(op, true, "in_med_35", "{\"type\":\"image\",\"image\":{}}");
	want(op, true, "in_med_36", "{\"type\":\"text\",\"text\":{\"body\":\"x\"}}");
	want(op, true, "in_med_37", "{\"type\":\"image\",\"image\":\"937\"}");
	must(op, inbound_media_store_count_open(op, &open));
	assert_int_equal(open, 2);
	work();
	row = row_of(op, "med_31");
	assert_string_equal(row.state, "kept");
	assert_string_equal(row.hash, HELLO);
	assert_string_equal(row.mime_type, "image/jpeg");
	assert_int_equal(row.size, 5);
	assert_string_equal(row_of(op, "med_32").state, "gone");
	assert_int_equal(count_files("/2c/f2"), 1);
	assert_int_equal(count_files("/incoming"), 0);
	op_end(op);
}

static void
what_is_announced_otherwise_is_not_kept(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	want(op, true, "in_med_41",
	     "{\"type\":\"image\",\"image\":{\"id\":\"941\",\"sha256\":"
	     "\"AAAAul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\"}}");
	work();
	assert_string_equal(row_of(op, "med_41").state, "waiting");
	assert_int_equal(row_of(op, "med_41").tries, 1);
	set_clock(HOUR_MS);
	work();
	set_clock(2 * HOUR_MS);
	work();
	assert_string_equal(row_of(op, "med_41").state, "failed");
	assert_int_equal(count_files("/2c/f2"), 0);
	op_end(op);
}

static void
days_end_for_rows_and_then_for_files(void **state)
{
	struct op *op = fixture_op();
	struct inbound_media row;

	(void)state;
	want(op, true, "in_med_51", "{\"type\":\"image\",\"image\":{\"id\":\"951\"}}");
	work();
	set_clock(DAY_MS);
	op_end(op);
	op = fixture_op();
	want(op, true, "in_med_52", "{\"type\":\"image\",\"image\":{\"id\":\"952\"}}");
	work();
	assert_int_equal(forget(), 0);
	set_clock(2 * DAY_MS + HOUR_MS);
	assert_int_equal(forget(), 1);
	db_rest(op);
	assert_int_equal(inbound_media_store_of(op, &row, "in_med_51"), RC_MISSING);
	assert_int_equal(count_files("/2c/f2"), 1);
	set_clock(3 * DAY_MS + HOUR_MS);
	assert_int_equal(forget(), 1);
	assert_int_equal(count_files("/2c/f2"), 0);
	op_end(op);
}

/* A row of an instance that is not open is not even claimed. */
static void
numbers_that_cannot_be_asked_wait(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int before;

	(void)state;
	want(op, true, "in_med_61", "{\"type\":\"image\",\"image\":{\"id\":\"961\"}}");
	instance_store_close(batch, fixture_instance.id, "token");
	must(op, db_commit(op, batch));
	before = peer_requests();
	work();
	assert_int_equal(peer_requests(), before);
	assert_string_equal(row_of(op, "med_61").state, "waiting");
	seal_token();
	work();
	assert_string_equal(row_of(op, "med_61").state, "kept");
	op_end(op);
}

static void
switch_gateway(const char *what)
{
	struct op *op = fixture_op();

	must(op, gateway_switch(op, what));
	op_end(op);
}

static void
nobody_is_asked_while_the_gateway_is_suspended(void **state)
{
	struct op *op = fixture_op();
	int before = peer_requests();

	(void)state;
	want(op, true, "in_med_91", "{\"type\":\"image\",\"image\":{\"id\":\"991\"}}");
	switch_gateway("suspend");
	work();
	assert_int_equal(peer_requests(), before);
	assert_string_equal(row_of(op, "med_91").state, "waiting");
	switch_gateway("resume");
	work();
	assert_string_equal(row_of(op, "med_91").state, "kept");
	op_end(op);
}

static void
insert_instance(struct op *op, const char *id)
{
	struct instance instance = fixture_instance;
	struct batch *batch = batch_new(op);

	instance.id = instance.slug = id;
	instance.state = "closed";
	instance_store_insert(batch, &instance);
	must(op, db_commit(op, batch));
}

/* However many they are, whoever comes behind them is found. */
static void
closed_numbers_are_in_nobodys_way(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	for (int i = 0; i < 150; i++) {
		const char *id = arena_printf(op->arena, "inst_a%03d", i);

		insert_instance(op, id);
		store_row(arena_printf(op->arena, "med_a%03d", i), "acc_fixture", id, 1000);
	}
	want(op, true, "in_med_71", "{\"type\":\"image\",\"image\":{\"id\":\"971\"}}");
	work();
	assert_string_equal(row_of(op, "med_71").state, "kept");
	assert_string_equal(row_of(op, "med_a000").state, "waiting");
	op_end(op);
}

static void
a_deleted_numbers_files_are_given_up(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int before = peer_requests();

	(void)state;
	want(op, true, "in_med_81", "{\"type\":\"image\",\"image\":{\"id\":\"981\"}}");
	instance_store_delete(batch, fixture_instance.id, op->now);
	must(op, db_commit(op, batch));
	work();
	assert_string_equal(row_of(op, "med_81").state, "failed");
	assert_string_equal(row_of(op, "med_81").last_error, "the instance was deleted");
	assert_int_equal(peer_requests(), before);
	op_end(op);
}

#define TURN(f) cmocka_unit_test_setup_teardown(f, setup_turns, teardown_turns)
#define STORE(f) cmocka_unit_test_setup_teardown(f, setup_store, teardown_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tries_go_on_as_long_as_the_provider_has_it),
		STORE(hashes_are_told_in_two_spellings),
		cmocka_unit_test(sizes_are_metas_and_ours),
		cmocka_unit_test(only_what_cannot_run_is_shown),
		STORE(a_file_has_its_name_only_when_it_is_whole),
		cmocka_unit_test(a_full_disk_is_told_by_its_errno),
		STORE(a_row_is_in_one_hand),
		STORE(what_is_kept_is_found_by_its_owner_alone),
		STORE(outcomes_are_told_apart),
		STORE(a_number_is_left_alone_longer_each_time),
		TURN(a_file_comes_through_the_turns),
		TURN(what_is_announced_otherwise_is_not_kept),
		TURN(days_end_for_rows_and_then_for_files),
		TURN(numbers_that_cannot_be_asked_wait),
		TURN(nobody_is_asked_while_the_gateway_is_suspended),
		TURN(closed_numbers_are_in_nobodys_way),
		TURN(a_deleted_numbers_files_are_given_up),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
