/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator's Graph API and control addresses: what is refused and how; and that what its
 * webhooks say has the members and types of Meta's own samples, where they are at hand. */
#include "sim_fixture.h"

#include <dirent.h>

#include "gateway/sim_inside.h"

static const struct sim_number number = {
	.phone_number_id = "106540",
	.waba_id = "1022",
	.display_phone_number = "15550100",
	.verified_name = "Shop",
};

static const struct {
	const char *method, *path, *token, *body;
	int status;
	int64_t code; /* 0: none */
} calls[] = {
	{ "GET", "v23.0/106540", "EAA", "", 200, 0 },
	{ "GET", "106540", "EAA", "", 200, 0 },
	{ "GET", "v99.1/106540", "EAA", "", 200, 0 },
	{ "GET", "v23.0/1022", "EAA", "", 200, 0 },
	{ "GET", "v23.0/1022/phone_numbers", "EAA", "", 200, 0 },
	{ "POST", "v23.0/1022/subscribed_apps", "EAA", "", 200, 0 },
	{ "GET", "v23.0/106540", NULL, "", 401, 2500 },
	{ "GET", "v23.0/106540", "invalid-token", "", 401, 190 },
	{ "GET", "v23.0/me", "EAA", "", 400, 100 },
	{ "GET", "v23.0", "EAA", "", 400, 100 },
	{ "GET", "v23.0/106540/pictures", "EAA", "", 400, 2500 },
	{ "POST", "v23.0/106540/messages", "EAA", "{", 400, 100 },
	{ "POST", "v23.0/106540/messages", "EAA", "{}", 400, 100 },
	{ "POST", "106540/messages", "EAA", "{\"messaging_product\":\"whatsapp\"}", 400, 100 },
	{ "POST", "106540/messages", "EAA",
	  "{\"messaging_product\":\"whatsapp\",\"to\":\"12\",\"text\":{\"body\":\"x\"}}", 400,
	  131009 },
	{ "POST", "106540/messages", "EAA",
	  "{\"messaging_product\":\"whatsapp\",\"to\":\"4915100\",\"text\":{}}", 400, 131008 },
	{ "POST", "106540/messages", "EAA",
	  "{\"messaging_product\":\"whatsapp\",\"to\":\"4915100\",\"type\":\"fax\",\"fax\":{}}",
	  400, 100 },
	{ "POST", "106540/messages", "EAA",
	  "{\"messaging_product\":\"whatsapp\",\"to\":\"4915100\",\"type\":\"image\",\"image\":{}}",
	  400, 131009 },
	{ "POST", "106540/messages", "EAA",
	  "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"wamid.A\"}",
	  200, 0 },
	{ "POST", "106540/marketing_messages", "EAA",
	  "{\"messaging_product\":\"whatsapp\",\"to\":\"4915100\",\"text\":{\"body\":\"x\"}}", 400,
	  134100 },
};

static void
the_graph_answers_as_meta_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		struct sim_answer a =
			graph(calls[i].method, calls[i].path, calls[i].token, calls[i].body);

		if (a.status != calls[i].status ||
		    (calls[i].code != 0 && error_code(&a) != calls[i].code))
			fail_msg("%s %s: %d %s", calls[i].method, calls[i].path, a.status, a.body);
		assert_int_equal(a.authenticate != NULL, a.status == 401);
	}
}

static void
wrong_control_bodies_are_refused(void **state)
{
	static const char *const wrong[] = { "",
					     "[]",
					     "{}",
					     "{\"from\":\"49151\"}",
					     "{\"text\":\"hi\"}",
					     "{\"from\":\"x\",\"text\":\"hi\"}",
					     "{\"from\":\"49151\",\"text\":\"hi\","
					     "\"phone_number_id\":\"1\"}" };
	struct sim_answer answer;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		simulator_inbound(op, &answer, bytes_of(wrong[i]));
		assert_int_equal(answer.status, 400);
		assert_true(simulator_answer_ready(&answer));
	}
	simulator_webhook(op, &answer, bytes_of("{\"field\":\"x\"}"));
	assert_int_equal(answer.status, 400);
	simulator_subscribe(op, &answer, bytes_of("{\"phone_number_id\":\"1\"}"));
	assert_int_equal(answer.status, 400);
}

/* ---- shapes ---- */
/* Every member that any sample has, once; lists are one item long. */
static json_t *
merge(json_t *into, const json_t *from)
{
	const char *name;
	json_t *value;

	if (into == NULL)
		into = json_is_object(from)  ? json_new(op)
		       : json_is_array(from) ? json_new_array(op)
					     : json_own(op, json_deep_copy(from));
	if (json_is_object(into) && json_is_object(from))
		json_object_foreach((json_t *)(uintptr_t)from, name, value)
			json_object_set(into, name, merge(json_object_get(into, name), value));
	for (size_t i = 0; json_is_array(into) && i < json_array_size(from); i++) {
		value = merge(json_array_get(into, 0), json_array_get(from, i));
		if (json_array_size(into) == 0)
			json_array_append(into, value);
	}
	return into;
}

/* Members that Meta documents and no sample shows. */
static bool
is_documented(const char *name)
{
	return text_equal(name, "recipient_user_id") ||
	       text_equal(name, "biz_opaque_callback_data") ||
	       text_equal(name, "messaging_product");
}

static void
assert_fits(const json_t *ours, const json_t *samples, const char *where)
{
	const char *name;
	json_t *value;

	if (json_is_boolean(ours) ? !json_is_boolean(samples)
				  : json_typeof(ours) != json_typeof(samples))
		fail_msg("%s has another type than in Meta's samples", where);
	json_object_foreach((json_t *)(uintptr_t)ours, name, value)
	{
		const json_t *sample = json_object_get(samples, name);

		if (sample == NULL && is_documented(name))
			continue;
		if (sample == NULL)
			fail_msg("%s is in none of Meta's samples", name);
		assert_fits(value, sample, name);
	}
	for (size_t i = 0; json_is_array(ours) && i < json_array_size(ours); i++)
		assert_fits(json_array_get(ours, i), json_array_get(samples, 0), where);
}

static json_t *
read_samples(const char *folder, DIR *dir)
{
	json_t *merged = NULL, *root;
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		if (!text_starts(entry->d_name, "messages.text") &&
		    !text_starts(entry->d_name, "messages.status_"))
			continue;
		root = json_load_file(arena_printf(op->arena, "%s/%s", folder, entry->d_name), 0,
				      NULL);
		merged = merge(merged, json_at(json_own(op, root), "entry.0.changes.0.value"));
	}
	return merged;
}

static void
webhooks_have_the_shape_of_metas(void **state)
{
	static const char folder[] = "../shared/meta/webhooks";
	static const char *const statuses[] = { "sent", "delivered", "read", "failed" };
	struct sim_message message = { .id = "wamid.A",
				       .person = "49151",
				       .name = "Ann",
				       .error_code = 131047,
				       .payload = "{\"biz_opaque_callback_data\":\"msg_1\"}" };
	DIR *dir = opendir(folder);
	json_t *samples;

	(void)state;
	if (dir == NULL)
		skip();
	samples = read_samples(folder, dir);
	closedir(dir);
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		assert_fits(sim_value_status(op, &number, &message, statuses[i], op->now), samples,
			    "value");
	assert_fits(sim_value_inbound(op, &number, "49151", "Ann",
				      tree("{\"type\":\"text\",\"text\":{\"body\":\"hi\"}}")),
		    samples, "value");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_graph_answers_as_meta_does),
		TEST(wrong_control_bodies_are_refused),
		TEST(webhooks_have_the_shape_of_metas),
	};

	load_default_settings();
	secret_start();
	sim_number_put(&number);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
