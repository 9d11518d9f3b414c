/* SPDX-License-Identifier: Apache-2.0 */
/* Webhook documents taken apart and put together again: every item once, with its own contact,
 * byte for byte as it came, in ASCII. */
#include "op_fixture.h"

#include <dirent.h>

#include "provider/provider.h"

static struct happenings
read_document(const char *document)
{
	struct happenings h = { 0, NULL };

	if (cloud_read(op, &h, bytes_of(document)) != RC_OK)
		fail_msg("%s", op->why);
	return h;
}

#define METADATA \
	"\"metadata\":{\"display_phone_number\":\"15550783881\",\"phone_number_id\":\"10654\"}"
#define VALUE(rest)                                                         \
	"{\"value\":{\"messaging_product\":\"whatsapp\"," METADATA "," rest \
	"},\"field\":\"messages\"}"
#define DOCUMENT(changes)                                                                    \
	"{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1022\",\"changes\":" \
	"[" changes "]}]}"
#define CONTACT_A "{\"profile\":{\"name\":\"Ann\"},\"wa_id\":\"1650\",\"user_id\":\"US.1\"}"
#define CONTACT_B "{\"profile\":{\"name\":\"Bob\"},\"user_id\":\"US.2\"}"
#define TEXT_A                                                                                   \
	"{\"from\":\"1650\",\"id\":\"wamid.A\",\"timestamp\":\"1\",\"type\":\"text\",\"text\":{" \
	"\"body\":\"hi\"}}"
#define TEXT_B                                                                                 \
	"{\"from_user_id\":\"US.2\",\"id\":\"wamid.B\",\"timestamp\":\"2\",\"type\":\"text\"," \
	"\"text\":{\"body\":\"ho\"}}"
#define STATUS_A \
	"{\"id\":\"wamid.C\",\"status\":\"sent\",\"timestamp\":\"3\",\"recipient_id\":\"1650\"}"

static void
a_batch_becomes_its_items(void **state)
{
	struct happenings h = read_document(DOCUMENT(VALUE(
		"\"contacts\":[" CONTACT_A "," CONTACT_B "],\"messages\":[" TEXT_A "," TEXT_B
		"],\"statuses\":[" STATUS_A "]") "," VALUE("\"errors\":[{\"code\":131051}]")));

	(void)state;
	assert_int_equal(h.n, 4);
	assert_int_equal(h.items[0].kind, HAPPENED_MESSAGE);
	assert_string_equal(h.items[0].array, "messages");
	assert_string_equal(h.items[0].entry_id, "1022");
	assert_string_equal(h.items[0].phone_number_id, "10654");
	assert_true(bytes_equal(h.items[0].item_raw, bytes_of(TEXT_A)));
	assert_true(bytes_equal(h.items[0].contact_raw, bytes_of(CONTACT_A)));
	assert_string_equal(json_str(h.items[0].item, "id"), "wamid.A");
	assert_true(bytes_equal(h.items[1].contact_raw, bytes_of(CONTACT_B)));
	assert_string_equal(json_str(h.items[1].contact, "user_id"), "US.2");
	assert_int_equal(h.items[2].kind, HAPPENED_STATUS);
	assert_true(bytes_equal(h.items[2].contact_raw, bytes_of(CONTACT_A)));
	assert_int_equal(h.items[3].kind, HAPPENED_OTHER);
	assert_string_equal(h.items[3].array, "errors");
	assert_null(h.items[3].contact);
}

static void
a_lone_contact_belongs_to_a_lone_item(void **state)
{
	/* Mexico: the sender with a 1 that the contact lacks */
	struct happenings h = read_document(DOCUMENT(
		VALUE("\"contacts\":[{\"wa_id\":\"5255\"}],\"messages\":[{\"from\":\"52155\"}]")));

	(void)state;
	assert_string_equal(json_str(h.items[0].contact, "wa_id"), "5255");
	h = read_document(DOCUMENT(VALUE("\"contacts\":[{\"wa_id\":\"5255\"}],\"messages\":"
					 "[{\"from\":\"52155\"},{\"from\":\"1\"}]")));
	assert_null(h.items[0].contact);
}

static void
other_fields_are_kept_whole(void **state)
{
	static const char value[] = "{\"event\":\"NEW_KIND\",\"n\": 1e2,\"messages\":[{}]}";
	struct happenings h = read_document("{\"object\":\"x\",\"entry\":[{\"id\":99,\"time\":"
					    "1739321024,\"changes\":[{\"value\":"
					    "{\"event\":\"NEW_KIND\",\"n\": "
					    "1e2,\"messages\":[{}]},\"field\":\"brand_new\"}]}]}");

	(void)state;
	assert_int_equal(h.n, 1);
	assert_int_equal(h.items[0].kind, HAPPENED_OTHER);
	assert_string_equal(h.items[0].field, "brand_new");
	assert_string_equal(h.items[0].entry_id, "99");
	assert_null(h.items[0].phone_number_id);
	assert_null(h.items[0].array);
	assert_true(bytes_equal(h.items[0].item_raw, bytes_of(value)));
	assert_string_equal(
		cloud_document(op, &h.items[0]),
		"{\"object\":\"x\",\"entry\":[{\"id\":\"99\",\"time\":1739321024,\"changes\":[{"
		"\"value\":{\"event\":\"NEW_KIND\",\"n\":1e2,\"messages\":[{}]},"
		"\"field\":\"brand_new\"}]}]}");
}

static void
messages_without_known_arrays_are_kept_whole(void **state)
{
	struct happenings h = read_document(DOCUMENT(VALUE("\"novelties\":[1,2]")));

	(void)state;
	assert_int_equal(h.n, 1);
	assert_int_equal(h.items[0].kind, HAPPENED_OTHER);
	assert_string_equal(h.items[0].phone_number_id, "10654");
	h = read_document(DOCUMENT(VALUE("\"messages\":[\"odd\"," TEXT_A "]")));
	assert_int_equal(h.n, 1);
	assert_null(h.items[0].array);
}

static void
a_document_is_faithful_and_ascii(void **state)
{
	struct happenings h = read_document(
		DOCUMENT(VALUE("\"contacts\":[" CONTACT_A "],\"messages\":[{\"from\":\"1650\", "
			       "\"id\":\"wamid.A\",\"location\":{\"latitude\":37.758056,"
			       "\"longitude\":-1e2,\"longitude\":-1e2},\"b\":\"\xc3\xa4/\x7f"
			       "\xf0\x9f\x91\x8d\"}]")));

	(void)state;
	assert_string_equal(
		cloud_document(op, &h.items[0]),
		DOCUMENT(VALUE("\"contacts\":[" CONTACT_A "],\"messages\":[{\"from\":\"1650\","
			       "\"id\":\"wamid.A\",\"location\":{\"latitude\":37.758056,"
			       "\"longitude\":-1e2,\"longitude\":-1e2},\"b\":\"\\u00e4\\/\\u007f"
			       "\\ud83d\\udc4d\"}]")));
}

static void
a_document_can_be_made_without_a_source(void **state)
{
	struct happening h = { .kind = HAPPENED_STATUS, .field = "messages", .array = "statuses" };

	(void)state;
	h.item_raw = bytes_of("{\"id\":\"wamid.A\"}");
	assert_string_equal(cloud_document(op, &h),
			    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"changes\":[{"
			    "\"value\":{\"messaging_product\":\"whatsapp\",\"statuses\":[{\"id\":"
			    "\"wamid.A\"}]},\"field\":\"messages\"}]}]}");
}

static void
what_has_not_metas_frame_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"[]",
		"\"text\"",
		"{}",
		"{\"entry\":{}}",
		"{\"entry\":[1]}",
		"{\"entry\":[{}]}",
		"{\"entry\":[{\"changes\":[7]}]}",
		"{\"entry\":[{\"changes\":[{\"field\":\"messages\"}]}]}",
		"{\"entry\":[{\"changes\":[{\"value\":{}}]}]}",
		"{\"entry\":[",
	};
	struct happenings h = { 7, NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		op_forgive(op);
		assert_int_equal(cloud_read(op, &h, bytes_of(wrong[i])), RC_INPUT);
		assert_int_equal(h.n, 7);
		assert_true(op->why[0] != '\0');
	}
	h = read_document("{\"entry\":[]}");
	assert_int_equal(h.n, 0);
}

static const char *
batch_of(size_t n)
{
	struct buf b;

	buf_init(&b, op->arena, (size_t)8 << 20);
	buf_text(&b, "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{\"statuses\":[");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s{\"id\":\"%zu\"}", i > 0 ? "," : "", i);
	buf_text(&b, "]}}]}]}");
	return buf_str(&b);
}

static void
batches_are_bounded(void **state)
{
	struct happenings h = read_document(batch_of(1000));

	(void)state;
	assert_int_equal(h.n, 1000);
	assert_string_equal(json_str(h.items[999].item, "id"), "999");
	assert_true(bytes_equal(h.items[999].item_raw, bytes_of("{\"id\":\"999\"}")));
	assert_int_equal(cloud_read(op, &h, bytes_of(batch_of(20000))), RC_INPUT);
}

/* A document that is small and would be told in documents that are large. */
static void
what_stands_beside_many_items_is_bounded(void **state)
{
	struct happenings h = { 0, NULL };
	struct buf b;

	(void)state;
	buf_init(&b, op->arena, (size_t)1 << 20);
	buf_text(&b, "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{\"x\":\"");
	for (size_t i = 0; i < 100000; i++)
		buf_char(&b, 'x');
	buf_text(&b, "\",\"statuses\":[{\"id\":\"1\"}");
	for (size_t i = 2; i <= 150; i++)
		buf_printf(&b, ",{\"id\":\"%zu\"}", i);
	h = read_document(arena_printf(op->arena, "%s]}}]}]}", buf_str(&b)));
	assert_int_equal(h.n, 150);
	for (size_t i = 151; i <= 200; i++)
		buf_printf(&b, ",{\"id\":\"%zu\"}", i);
	buf_text(&b, "]}}]}]}");
	assert_int_equal(cloud_read(op, &h, buf_bytes(&b)), RC_INPUT);
}

/* Members that no build knows stay where they stood; each item is told alone. */
static void
what_stands_beside_an_item_is_kept(void **state)
{
	struct happenings h = read_document(
		DOCUMENT("{\"value\":{\"new\":[1e2, 1],\"messaging_product\":\"whatsapp\"," METADATA
			 ",\"message_echoes\":[{\"id\":\"a\",\"to\":\"1650\"},{\"id\":\"b\"}],"
			 "\"contacts\":[" CONTACT_A
			 "],\"l\\u0061st\":7},\"field\":\"smb_message_echoes\"}"));

	(void)state;
	assert_int_equal(h.n, 2);
	assert_int_equal(h.items[0].kind, HAPPENED_ECHO);
	assert_string_equal(
		cloud_document(op, &h.items[0]),
		DOCUMENT("{\"value\":{\"new\":[1e2,1],\"messaging_product\":\"whatsapp\"," METADATA
			 ",\"message_echoes\":[{\"id\":\"a\",\"to\":\"1650\"}],"
			 "\"contacts\":[" CONTACT_A
			 "],\"l\\u0061st\":7},\"field\":\"smb_message_echoes\"}"));
	assert_string_equal(
		cloud_document(op, &h.items[1]),
		DOCUMENT("{\"value\":{\"new\":[1e2,1],\"messaging_product\":\"whatsapp\"," METADATA
			 ",\"message_echoes\":[{\"id\":\"b\"}],\"l\\u0061st\":7},"
			 "\"field\":\"smb_message_echoes\"}"));
}

static void
the_text_of_a_message_is_found(void **state)
{
	static const struct {
		const char *message, *text;
	} samples[] = {
		{ "{\"text\":{\"body\":\"hi\"}}", "hi" },
		{ "{\"image\":{\"caption\":\"look\"}}", "look" },
		{ "{\"document\":{\"caption\":\"read\",\"filename\":\"a.pdf\"}}", "read" },
		{ "{\"button\":{\"text\":\"Yes\",\"payload\":\"y\"}}", "Yes" },
		{ "{\"interactive\":{\"button_reply\":{\"id\":\"1\",\"title\":\"One\"}}}", "One" },
		{ "{\"interactive\":{\"list_reply\":{\"id\":\"1\",\"title\":\"Row\"}}}", "Row" },
		{ "{\"audio\":{\"id\":\"1\"}}", NULL },
		{ "{\"text\":{}}", NULL },
		{ "7", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		json_t *message;
		const char *text;

		assert_int_equal(json_read(op, &message, bytes_of(samples[i].message)), RC_OK);
		text = cloud_text(message);
		assert_true(text_equal(text, samples[i].text));
	}
}

/* JSON allows it, Meta does not do it: the last of them is the one that counts. */
static void
a_list_that_is_there_often_is_passed_on_once(void **state)
{
	char *body = arena_alloc(op->arena, 4001);
	struct happenings h;
	struct buf document;
	const char *made;

	(void)state;
	memset(body, 'B', 4000);
	buf_init(&document, op->arena, 32 << 10);
	buf_text(&document, "{\"entry\":[{\"id\":\"1022\",\"changes\":[{\"value\":{");
	for (size_t i = 0; i < 100; i++)
		buf_text(&document, "\"messages\":[],\"contacts\":[" CONTACT_B "],");
	buf_printf(&document,
		   "\"messages\":[{\"from\":\"1650\",\"id\":\"wamid.A\",\"text\":\"%s\"}],"
		   "\"contacts\":[" CONTACT_A "]},\"field\":\"messages\"}]}]}",
		   body);
	h = read_document(buf_str(&document));
	assert_int_equal(h.n, 1);
	made = cloud_document(op, &h.items[0]);
	assert_true(strlen(made) < 5000);
	assert_non_null(strstr(made, "\"contacts\":[" CONTACT_A "]"));
	h = read_document(made);
	assert_int_equal(h.n, 1);
	assert_string_equal(json_str(h.items[0].item, "id"), "wamid.A");
}

/* Meta's own samples, where they are at hand: each is digested, and the documents made of it
 * can be read again and give the same items. */
static void
samples_survive_the_round_trip(void **state)
{
	static const char folder[] = "../shared/meta/webhooks";
	DIR *dir = opendir(folder);
	struct dirent *entry;

	(void)state;
	if (dir == NULL)
		skip();
	while ((entry = readdir(dir)) != NULL) {
		struct happenings first, again;

		if (!text_ends(entry->d_name, ".json"))
			continue;
		if (cloud_read(op, &first, file_read(folder, entry->d_name)) != RC_OK)
			fail_msg("%s: %s", entry->d_name, op->why);
		assert_true(first.n > 0);
		for (size_t i = 0; i < first.n; i++) {
			const char *document = cloud_document(op, &first.items[i]);

			again = read_document(document);
			assert_int_equal(again.n, 1);
			assert_int_equal(again.items[0].kind, first.items[i].kind);
			assert_true(json_equal(again.items[0].item, first.items[i].item));
			assert_true(again.items[0].contact == NULL ||
				    json_equal(again.items[0].contact, first.items[i].contact));
			assert_string_equal(cloud_document(op, &again.items[0]), document);
		}
	}
	closedir(dir);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_batch_becomes_its_items),
		TEST(a_lone_contact_belongs_to_a_lone_item),
		TEST(other_fields_are_kept_whole),
		TEST(messages_without_known_arrays_are_kept_whole),
		TEST(a_document_is_faithful_and_ascii),
		TEST(a_document_can_be_made_without_a_source),
		TEST(what_has_not_metas_frame_is_refused),
		TEST(batches_are_bounded),
		TEST(what_stands_beside_many_items_is_bounded),
		TEST(what_stands_beside_an_item_is_kept),
		TEST(the_text_of_a_message_is_found),
		TEST(a_list_that_is_there_often_is_passed_on_once),
		TEST(samples_survive_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
