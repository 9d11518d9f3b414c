/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_apply_storm - whatever order, grouping and repetition webhooks come in, the same is left
 * behind
 *
 * A set of items of every field, for several numbers, accounts and business accounts, with members
 * that no build knows. They are dealt out to documents anew for each seed: shuffled, repeated,
 * alone or many in one. What is stored and the documents that customers get must be those of every
 * other seed, and each document holds its item byte for byte.
 */
#include <dirent.h>

#include "apply_fixture.h"
#include "fixture.h"

#include "gateway/instance_state.h"

enum { ITEMS_MAX = 128, SEEDS = 12 };

/* ---- chance ------------------------------------------------------------------------------- */

static uint64_t seed;

/* Knuth's MMIX; the upper bits are the better ones. */
static size_t
draw(size_t below)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (size_t)(seed >> 33) % below;
}

static void
shuffle(size_t *order, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = draw(i), kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}

/* ---- items -------------------------------------------------------------------------------- */

/* array NULL: the value itself, else the list that it stands in. number NULL: the value names none.
 * time 0: the entry has none. */
static struct piece {
	const char *waba, *number, *field, *array, *text, *contact;
	int time;
} pieces[ITEMS_MAX];

static size_t piece_count;

static const char *const numbers[] = { PHONE, "222", "333" };
static const char *const wabas[] = { WABA, WABA, "777" };

/* Members that must reach the customer as they came. */
static const char *const oddities[] = {
	"\"x\":37.7580560",
	"\"x\" : 1e2",
	"\"x\":-0.0",
	"\"x\":\"\xc3\xa4/\\/\x7f\"",
	"\"x\":{\"a\":1,\"a\":2}",
	"\"x\":[ 1 ,2 ]",
	"\"x\":12345678901234567890",
	"\"x\":\"\\u00e4\"",
};

static void
add_piece(struct op *op, size_t at, const char *field, const char *array, int time,
	  const char *contact, const char *text)
{
	const char *odd = oddities[piece_count % ARRAY_LEN(oddities)];

	assert_true(piece_count < ITEMS_MAX);
	pieces[piece_count++] = (struct piece){
		.waba = wabas[at],
		.number = array == NULL ? NULL : numbers[at],
		.field = field,
		.array = array,
		.text = arena_printf(op->arena, "{%s,%s}", text, odd),
		.contact = contact,
		.time = time,
	};
}

static const char *const types[] = {
	"\"type\":\"text\",\"text\":{\"body\":\"hello\"}",
	"\"type\":\"text\",\"text\":{\"body\":\"STOP\"}",
	"\"type\":\"image\",\"image\":{\"id\":\"1\",\"caption\":\"c\"}",
	"\"type\":\"reaction\",\"reaction\":{\"message_id\":\"w\",\"emoji\":\"\"}",
	"\"type\":\"edit\",\"edit\":{\"original_message_id\":\"w\",\"message\":{}}",
	"\"type\":\"unsupported\",\"errors\":[{\"code\":131051}]",
	"\"type\":\"of_tomorrow\",\"of_tomorrow\":[7]",
	"\"group_id\":\"g1\",\"type\":\"text\",\"text\":{\"body\":\"x\"}",
};

static void
add_messages(struct op *op)
{
	for (size_t i = 0; i < 2 * ARRAY_LEN(types); i++) {
		bool named = i % 3 != 0;
		const char *who = arena_printf(
			op->arena, named ? "\"from\":\"4915%zu\"" : "\"from_user_id\":\"DE.%zu\"",
			i % 5);
		const char *contact =
			arena_printf(op->arena,
				     named ? "{\"wa_id\":\"4915%zu\",\"profile\":{\"name\":\"P\"}}"
					   : "{\"user_id\":\"DE.%zu\"}",
				     i % 5);

		add_piece(op, i % 3, "messages", "messages", 0, contact,
			  arena_printf(op->arena,
				       "\"id\":\"wamid.in%zu\",%s,\"timestamp\":\"%zu\",%s", i, who,
				       1749416000 + i, types[i % ARRAY_LEN(types)]));
	}
}

/* With "sent" and one of the others, and not always the same. */
static const char *
price_of(const char *status)
{
	if (text_equal(status, "sent"))
		return ",\"pricing\":{\"category\":\"service\"}";
	return text_equal(status, "delivered") ? ",\"pricing\":{\"category\":\"utility\"}" : "";
}

/* Of six messages: as they may come, some of them not at all, one failed and arrived. */
static void
add_statuses(struct op *op)
{
	static const char *const ladders[] = { "sent delivered read",   "read",
					       "sent failed delivered", "delivered read played",
					       "sent failed",           "sent delivered" };
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(ladders); i++) {
		const char **words = text_split(op->arena, ladders[i], ' ', &n);

		for (size_t j = 0; j < n; j++)
			add_piece(op, 0, "messages", "statuses", 0, NULL,
				  arena_printf(op->arena,
					       "\"id\":\"wamid.out%zu\",\"status\":\"%s\","
					       "\"timestamp\":\"%zu\",\"recipient_id\":\"49150\","
					       "\"errors\":[{\"code\":131026,\"title\":\"No\"}]%s",
					       i, words[j], 1749420000 + j, price_of(words[j])));
	}
}

static void
add_news(struct op *op)
{
	add_piece(op, 0, "account_update", NULL, 1000, NULL,
		  "\"event\":\"ACCOUNT_RESTRICTION\",\"restriction_info\":[{\"restriction_type\":"
		  "\"RESTRICTED_BIZ_INITIATED_MESSAGING\",\"expiration\":4000000000}]");
	add_piece(op, 0, "account_update", NULL, 1001, NULL,
		  "\"event\":\"DISABLED_UPDATE\",\"ban_info\":{\"waba_ban_state\":\"DISABLE\"}");
	add_piece(op, 0, "account_update", NULL, 1002, NULL,
		  "\"event\":\"DISABLED_UPDATE\",\"ban_info\":{\"waba_ban_state\":\"REINSTATE\"}");
	add_piece(op, 2, "account_update", NULL, 1003, NULL, "\"event\":\"ACCOUNT_OFFBOARDED\"");
	add_piece(op, 2, "phone_number_quality_update", NULL, 1004, NULL, "\"event\":\"FLAGGED\"");
	add_piece(op, 2, "phone_number_quality_update", NULL, 1005, NULL,
		  "\"event\":\"UNFLAGGED\"");
	add_piece(op, 2, "security", NULL, 1006, NULL, "\"event\":\"PIN_CHANGED\"");
	add_piece(op, 0, "message_template_status_update", NULL, 1007, NULL,
		  "\"event\":\"APPROVED\",\"message_template_id\":12");
	add_piece(op, 0, "flows", NULL, 1008, NULL, "\"event\":\"ENDPOINT_LATENCY\"");
	add_piece(op, 1, "of_tomorrow", NULL, 1009, NULL, "\"messages\":[1]");
}

static void
add_the_rest(struct op *op)
{
	static const char contact[] = "{\"wa_id\":\"49150\"}";

	for (size_t i = 0; i < 3; i++) {
		add_piece(op, i, "smb_message_echoes", "message_echoes", 0, contact,
			  arena_printf(op->arena,
				       "\"id\":\"wamid.echo%zu\",\"from\":\"1\",\"to\":\"49150\","
				       "\"type\":\"text\",\"timestamp\":\"%zu\"",
				       i, 1749430000 + i));
		add_piece(op, i, "calls", "calls", 0, contact,
			  arena_printf(op->arena,
				       "\"id\":\"wacid.%zu\",\"from\":\"49150\",\"event\":\"%s\","
				       "\"direction\":\"USER_INITIATED\",\"timestamp\":\"%zu\"",
				       i, i == 0 ? "connect" : "terminate", 1749440000 + i));
		add_piece(op, i, "group_participants_update", "groups", 0, NULL,
			  arena_printf(op->arena,
				       "\"group_id\":\"g%zu\",\"type\":\"group_create\","
				       "\"timestamp\":\"%zu\"",
				       i, 1749450000 + i));
		add_piece(op, i, "history", "history", 0, NULL,
			  arena_printf(op->arena,
				       "\"threads\":[{\"id\":\"49150\",\"messages\":[{\"from\":"
				       "\"49150\",\"id\":\"wamid.past%zu\",\"type\":"
				       "\"media_placeholder\"}]}]",
				       i));
		add_piece(op, i, "history", "messages", 0, NULL,
			  arena_printf(op->arena,
				       "\"id\":\"wamid.past%zu\",\"from\":\"49150\",\"type\":"
				       "\"image\",\"image\":{\"caption\":\"then\"}",
				       i));
	}
}

static void
make_pieces(struct op *op)
{
	piece_count = 0;
	add_messages(op);
	add_statuses(op);
	add_news(op);
	add_the_rest(op);
}

/* ---- documents ---------------------------------------------------------------------------- */

static bool
is_same_change(const struct piece *a, const struct piece *b)
{
	return a->array != NULL && text_equal(a->waba, b->waba) &&
	       text_equal(a->number, b->number) && text_equal(a->field, b->field) &&
	       text_equal(a->array, b->array) && a->time == b->time;
}

static void
write_list(struct buf *b, const char *name, const struct piece *const *some, size_t n,
	   bool contacts)
{
	const char *before = "";

	buf_printf(b, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		const char *text = contacts ? some[i]->contact : some[i]->text;

		if (text == NULL)
			continue;
		buf_printf(b, "%s%s", before, text);
		before = ",";
	}
	buf_char(b, ']');
}

/* One change of so many pieces that belong into it. */
static void
write_change(struct buf *b, const struct piece *const *some, size_t n)
{
	const struct piece *first = some[0];

	buf_text(b, "{\"value\":");
	if (first->array == NULL) {
		buf_text(b, first->text);
	} else {
		buf_printf(b,
			   "{\"messaging_product\":\"whatsapp\",\"metadata\":{"
			   "\"display_phone_number\":\"1\",\"phone_number_id\":\"%s\"}",
			   first->number);
		if (first->contact != NULL)
			write_list(b, "contacts", some, n, true);
		write_list(b, first->array, some, n, false);
		buf_char(b, '}');
	}
	buf_printf(b, ",\"field\":\"%s\"}", first->field);
}

static void
write_entry(struct buf *b, const struct piece *const *some, size_t n)
{
	buf_printf(b, "{\"id\":\"%s\",", some[0]->waba);
	if (some[0]->time != 0)
		buf_printf(b, "\"time\":%d,", some[0]->time);
	buf_text(b, "\"changes\":[");
	write_change(b, some, n);
	buf_text(b, "]}");
}

/* The pieces in their order, neighbours in one change where they fit. */
static const char *
document_of(struct op *op, const struct piece *const *some, size_t n)
{
	struct buf b;
	size_t i = 0;

	buf_init(&b, op->arena, (size_t)1 << 20);
	buf_text(&b, "{\"object\":\"whatsapp_business_account\",\"entry\":[");
	while (i < n) {
		size_t together = 1;

		while (i + together < n && is_same_change(some[i], some[i + together]))
			together++;
		if (i > 0)
			buf_char(&b, ',');
		write_entry(&b, &some[i], together);
		i += together;
	}
	buf_text(&b, "]}");
	return buf_str(&b);
}

/* ---- a run -------------------------------------------------------------------------------- */

static void
add_instance(const char *id, const char *phone, const char *waba)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct instance instance = fixture_instance;

	instance.id = instance.slug = id;
	instance.phone_number_id = phone;
	instance.waba_id = waba;
	instance_store_insert(batch, &instance);
	instance_store_update(batch, &instance);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
put_messages(void)
{
	struct op *op = fixture_op();

	for (int i = 0; i < 5; i++)
		put_message(arena_printf(op->arena, "msg_%d", i), "sent",
			    arena_printf(op->arena, "wamid.out%d", i));
	put_message("msg_5", "sending", NULL);
	op_end(op);
}

/* The send whose answer comes while its statuses do. */
static void
settle_the_last(void)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct message m = message_now(op, "msg_5");

	m.status = "sent";
	m.provider_id = "wamid.out5";
	m.sent_at = op->now;
	message_store_settle(batch, &m);
	status_store_adopt(batch, fixture_instance.id, m.provider_id, m.id);
	must(op, db_commit(op, batch));
	op_end(op);
}

/* A few pieces in a row, two of them perhaps the same. */
static void
put_some(struct op *op, const size_t *order, size_t n)
{
	const struct piece *some[ITEMS_MAX];

	for (size_t i = 0; i < n; i++)
		some[i] = &pieces[order[i]];
	put_row(NULL, document_of(op, some, n));
}

static void
rain(struct op *op)
{
	size_t order[3 * ITEMS_MAX], n = 0, settled;

	for (size_t i = 0; i < piece_count; i++)
		for (size_t times = 1 + draw(3); times > 0; times--)
			order[n++] = i;
	/* Left in order now and then, neighbours share a change. */
	if (draw(3) > 0)
		shuffle(order, n);
	settled = draw(n);
	for (size_t i = 0, some; i < n; i += some) {
		some = 1 + draw(9);
		some = some < n - i ? some : n - i;
		put_some(op, &order[i], some);
		if (i <= settled && settled < i + some)
			settle_the_last();
		if (draw(3) == 0)
			apply_all(op);
	}
	apply_all(op);
}

/* ---- what is left behind ------------------------------------------------------------------ */

struct line {
	const char *line;
};

static const struct shape line_shape[] = {
	SHAPE(struct line, line),
	SHAPE_END,
};

/* Not compared: when something was recorded; how often a late failure was counted; under which of
 * two spellings a person is kept. */
static const struct stmt remains[] = {
	{ "test.forwarded", SCOPE_SYSTEM,
	  "SELECT e.meta AS line FROM event e JOIN delivery d ON d.event_id = e.id "
	  "WHERE d.endpoint_id = 'ep_meta' ORDER BY e.meta LIMIT 1000" },
	{ "test.events", SCOPE_SYSTEM,
	  "SELECT name || ' ' || COUNT(*) AS line FROM event WHERE name NOT LIKE 'instance.%' "
	  "AND name NOT LIKE 'message.status%' AND name NOT IN ('message.sent', "
	  "'message.delivered', 'message.read', 'message.failed', 'meta.messages') "
	  "GROUP BY name ORDER BY 1 LIMIT 100" },
	{ "test.messages", SCOPE_SYSTEM,
	  "SELECT id || status || COALESCE(delivered_at, 0) || '.' || COALESCE(read_at, 0) || '.' "
	  "|| "
	  "COALESCE(played_at, 0) || '.' || COALESCE(failed_at, 0) || COALESCE(error_title, '-') "
	  "|| "
	  "COALESCE(price, '-') || COALESCE(provider_id, '-') AS line FROM message ORDER BY id "
	  "LIMIT 100" },
	{ "test.statuses", SCOPE_SYSTEM,
	  "SELECT provider_id || status || COALESCE(message_id, '-') || (applied_at IS NULL) "
	  "AS line FROM message_status ORDER BY 1 LIMIT 100" },
	{ "test.inbound", SCOPE_SYSTEM,
	  "SELECT provider_id || instance_id || type || COALESCE(text, '-') || opted_out || "
	  "payload "
	  "|| COALESCE(sender_name, '-') || provider_at AS line FROM inbound ORDER BY 1 LIMIT "
	  "100" },
	{ "test.phone", SCOPE_SYSTEM,
	  "SELECT provider_id || instance_id || person || direction || type || COALESCE(text, '-') "
	  "|| payload || source AS line FROM phone_message ORDER BY 1 LIMIT 100" },
	{ "test.instances", SCOPE_SYSTEM,
	  "SELECT id || state || COALESCE(state_reason, '-') || COALESCE(state_cause, '-') || "
	  "COALESCE(quality, '-') AS line FROM instance ORDER BY 1 LIMIT 100" },
	{ "test.conversations", SCOPE_SYSTEM,
	  "SELECT identity || instance_id || COALESCE(heard_at, 0) || '.' || unread || '.' || "
	  "COALESCE(last_out_at, 0) AS line FROM conversation ORDER BY 1 LIMIT 100" },
	{ "test.suppressions", SCOPE_SYSTEM,
	  "SELECT recipient || reason AS line FROM suppression ORDER BY 1 LIMIT 100" },
	{ "test.bodies", SCOPE_SYSTEM,
	  "SELECT COUNT(meta) || ' of ' || COUNT(*) AS line FROM event WHERE topic = 'history' "
	  "LIMIT 1" },
	{ "test.inbox", SCOPE_SYSTEM,
	  "SELECT DISTINCT state || unclaimed AS line FROM inbox ORDER BY 1 LIMIT 100" },
};

/* The product's statements and those above, for the database of a run. */
static void
open_with_queries(void)
{
	static const struct stmt *stmts[ARRAY_LEN(remains) + 1];
	static const struct stmt *const *lists[64];
	static struct catalog with_queries;
	struct op *op = fixture_op();
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(remains); i++)
		stmts[i] = &remains[i];
	for (; store_catalog.lists[n] != NULL; n++)
		lists[n] = store_catalog.lists[n];
	lists[n] = stmts;
	with_queries = (struct catalog){ lists, store_catalog.migrations };
	db_close();
	must(op, db_open(op, &with_queries, false));
	op_end(op);
}

static const char *
lines_of(struct op *op, const struct stmt *stmt)
{
	const struct line *rows;
	struct list list;
	struct buf b;

	must(op, db_all(op, &list, sizeof(struct line), line_shape, stmt, NO_BINDS));
	rows = list.rows;
	buf_init(&b, op->arena, (size_t)8 << 20);
	for (size_t i = 0; i < list.n; i++)
		buf_printf(&b, "%s\n", rows[i].line);
	assert_true(buf_ok(&b));
	return buf_str(&b);
}

/* Each piece in one document, as it was written, in ASCII. */
static void
check_faithful(struct op *op, const char *documents)
{
	for (size_t i = 0; i < piece_count; i++) {
		const char *found;
		struct buf b;

		buf_init(&b, op->arena, (size_t)64 << 10);
		json_ascii(&b, bytes_of(pieces[i].text));
		found = strstr(documents, buf_str(&b));
		if (found == NULL || strstr(found + 1, buf_str(&b)) != NULL)
			fail_msg("%s is %s", buf_str(&b), found == NULL ? "lost" : "told twice");
	}
}

static const char *
run(struct op *keeper, uint64_t of)
{
	struct op *op;
	const char *left = "";

	store_end();
	setup(NULL);
	open_with_queries();
	add_instance("inst_b", numbers[1], wabas[1]);
	add_instance("inst_c", numbers[2], wabas[2]);
	put_messages();
	op = fixture_op();
	seed = of;
	rain(op);
	db_rest(op);
	for (size_t i = 0; i < ARRAY_LEN(remains); i++)
		left = arena_printf(op->arena, "%s--- %s\n%s", left, remains[i].name,
				    lines_of(op, &remains[i]));
	check_faithful(op, lines_of(op, &remains[0]));
	left = arena_dup(keeper->arena, left);
	op_end(op);
	return left;
}

static void
fail_at_difference(const char *one, const char *other, uint64_t of)
{
	while (*one != '\0' && *one == *other) {
		one++;
		other++;
	}
	fail_msg("seed %llu leaves something else behind: %.200s\n--- instead of\n%.200s",
		 (unsigned long long)of, other - 40, one - 40);
}

static void
any_order_leaves_the_same_behind(void **state)
{
	struct op *keeper = fixture_op();
	const char *first;

	(void)state;
	make_pieces(keeper);
	first = run(keeper, 1);
	assert_non_null(strstr(first, "wamid.past2"));
	for (uint64_t of = 2; of <= SEEDS; of++) {
		const char *other = run(keeper, of);

		if (!text_equal(first, other))
			fail_at_difference(first, other, of);
	}
	op_end(keeper);
}

/* Chunks of history are large, and what nobody wants is in the raw inbox. */
static void
documents_that_nobody_wants_are_not_kept(void **state)
{
	static const char raw[] =
		"{\"entry\":[{\"id\":\"" WABA "\",\"changes\":[{\"field\":\"history\",\"value\":"
		"{\"metadata\":{\"phone_number_id\":\"" PHONE "\"},\"history\":[{}]}}]}]}";
	const struct stmt *bodies = &remains[ARRAY_LEN(remains) - 2];
	struct op *op = fixture_op();

	(void)state;
	open_with_queries();
	put_row(NULL, raw);
	put_row(NULL, raw);
	apply_all(op);
	assert_string_equal(lines_of(op, bodies), "0 of 1\n");
	op_end(op);
}

static int
setup_unheard(void **state)
{
	(void)state;
	store_begin("");
	return 0;
}

/* ---- Meta's own samples, where they are at hand -------------------------------------------- */

static const char samples[] = "../shared/meta/webhooks";

/* The text with each occurrence of a word, as a JSON string, replaced by another. */
static const char *
replaced(struct op *op, const char *text, const char *word, const char *other)
{
	const char *quoted = arena_printf(op->arena, "\"%s\"", word), *found;
	struct buf b;

	buf_init(&b, op->arena, 8 * strlen(text) + 64);
	while ((found = strstr(text, quoted)) != NULL) {
		buf_add(&b, text, (size_t)(found - text));
		buf_printf(&b, "\"%s\"", other);
		text = found + strlen(quoted);
	}
	buf_text(&b, text);
	return buf_str(&b);
}

/* A sample for a number and a business account of its own, since they share many ids. */
static const char *
sample_read(struct op *op, const char *name, int n)
{
	struct bytes raw = file_read_in(op, samples, name);
	const char *text = arena_dupn(op->arena, raw.p, raw.n), *word;
	struct happenings all;

	must(op, cloud_read(op, &all, raw));
	word = all.items[0].phone_number_id;
	if (word != NULL)
		text = replaced(op, text, word, arena_printf(op->arena, "55%04d", n));
	return replaced(op, text, all.items[0].entry_id, arena_printf(op->arena, "66%04d", n));
}

static size_t
count_documents(struct op *op, const char *number)
{
	const char *bodies = lines_of(op, &remains[0]);
	size_t n = 0;

	while ((bodies = strstr(bodies, number)) != NULL) {
		bodies = strchr(bodies, '\n');
		n++;
	}
	return n;
}

static void
check_items(struct op *op, const char *name, const struct happenings *all)
{
	const char *documents = lines_of(op, &remains[0]);

	for (size_t i = 0; i < all->n; i++) {
		struct buf b;

		buf_init(&b, op->arena, (size_t)1 << 20);
		json_ascii(&b, all->items[i].item_raw);
		if (strstr(documents, buf_str(&b)) == NULL)
			fail_msg("%s: nobody got %s", name, buf_str(&b));
	}
}

static void
sample_try(const char *name, int n)
{
	struct op *op = fixture_op();
	const char *number = arena_printf(op->arena, "55%04d", n);
	const char *waba = arena_printf(op->arena, "66%04d", n);
	const char *text = sample_read(op, name, n);
	struct happenings all;

	add_instance(arena_printf(op->arena, "inst_%d", n), number, waba);
	must(op, cloud_read(op, &all, bytes_of(text)));
	for (int times = 0; times < 2; times++) {
		put_row(NULL, text);
		apply_all(op);
		if (count_documents(op, waba) != all.n)
			fail_msg("%s: %zu documents of %zu items", name, count_documents(op, waba),
				 all.n);
	}
	check_items(op, name, &all);
	op_end(op);
}

static void
each_sample_is_understood_and_told_once(void **state)
{
	DIR *dir = opendir(samples);
	struct op *op = fixture_op();
	struct dirent *entry;
	int64_t unclear;
	int n = 0;

	(void)state;
	if (dir == NULL) {
		op_end(op);
		skip();
	}
	open_with_queries();
	while ((entry = readdir(dir)) != NULL)
		if (text_ends(entry->d_name, ".json"))
			sample_try(entry->d_name, ++n);
	closedir(dir);
	must(op, inbox_store_count_unclear(op, &unclear));
	assert_true(n > 0);
	assert_int_equal(unclear, 0);
	assert_string_equal(lines_of(op, &remains[ARRAY_LEN(remains) - 1]), "applied0\n");
	op_end(op);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(any_order_leaves_the_same_behind),
		cmocka_unit_test_setup_teardown(documents_that_nobody_wants_are_not_kept,
						setup_unheard, teardown_store),
		TEST(each_sample_is_understood_and_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
