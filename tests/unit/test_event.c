/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_event - subscriptions: names, topics and aliases of both families
 */
#include "unit.h"

#include "domain/event.h"

static void
fields_have_their_topic(void **state)
{
	static const struct {
		const char *field, *topic;
	} cases[] = {
		{ "messages", "messages" },
		{ "message_template_status_update", "message_template_status" },
		{ "message_template_quality_update", "message_template_status" },
		{ "message_template_components_update", "message_template_status" },
		{ "template_category_update", "message_template_status" },
		{ "account_update", "account" },
		{ "account_alerts", "account" },
		{ "account_review_update", "account" },
		{ "phone_number_quality_update", "account" },
		{ "business_capability_update", "account" },
		{ "security", "account" },
		{ "calls", "calls" },
		{ "group_lifecycle_update", "groups" },
		{ "smb_message_echoes", "echoes" },
		{ "history", "history" },
		{ "user_preferences", "user_preferences" },
		{ "flows", "flows" },
		{ "tracking_events", "other" },
		{ "a_field_of_next_year", "other" },
		{ "messages_of_next_year", "other" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(event_topic(cases[i].field), cases[i].topic);
}

static bool
meta(const char *events, bool include_read, const char *topic)
{
	return event_is_wanted(events, "meta", include_read, "message.delivered", topic);
}

static void
meta_form_is_subscribed_by_topic(void **state)
{
	(void)state;
	assert_true(meta("messages", false, "messages"));
	assert_true(meta("message", false, "messages"));
	assert_false(meta("messages", false, "message_status"));
	assert_true(meta("messages, message_status", false, "message_status"));
	assert_false(meta("message_status", false, "read"));
	assert_true(meta("message_status", true, "read"));
	assert_true(meta("status", false, "read"));
	assert_true(meta("status", false, "message_status"));
	assert_true(meta("read", false, "read"));
	assert_true(meta("template", false, "message_template_status"));
	assert_false(meta("other", false, "messages"));
	assert_true(meta("other", false, "other"));
	assert_true(meta("*", false, "other"));
	assert_true(meta("*", false, "read"));
	assert_false(meta("*", false, NULL));
	assert_false(meta("", true, "messages"));
	assert_false(meta("message.delivered", true, "message_status"));
}

static bool
normalized(const char *events, const char *name)
{
	return event_is_wanted(events, "normalized", false, name, "message_status");
}

static void
normalized_form_is_subscribed_by_name(void **state)
{
	(void)state;
	assert_true(normalized("message.received,message.delivered", "message.delivered"));
	assert_false(normalized("message.received", "message.delivered"));
	assert_true(normalized("*", "recipient.opted_out"));
	assert_false(normalized("*", "meta.account_update"));
	assert_false(normalized("message_status", "message.delivered"));
	assert_false(normalized("", "message.delivered"));
}

static void
unknown_words_are_named(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	assert_null(event_unknown_word(arena, "messages, status,template , *", "meta"));
	assert_null(
		event_unknown_word(arena, "message.received,recipient.opted_out", "normalized"));
	assert_null(event_unknown_word(arena, "", "meta"));
	assert_string_equal(event_unknown_word(arena, "messages,mesages", "meta"), "mesages");
	assert_string_equal(event_unknown_word(arena, "messages", "normalized"), "messages");
	assert_string_equal(event_unknown_word(arena, "message.received", "meta"),
			    "message.received");
	arena_free(arena);
}

static void
message_types_filter_what_is_about_a_message(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	assert_true(event_type_is_wanted(NULL, "text"));
	assert_true(event_type_is_wanted("", "text"));
	assert_true(event_type_is_wanted("image, text", "text"));
	assert_false(event_type_is_wanted("image", "text"));
	assert_true(event_type_is_wanted("image", NULL));
	assert_false(event_type_is_wanted("image", "something_new"));
	assert_true(event_type_is_wanted("other", "something_new"));
	assert_false(event_type_is_wanted("other", "text"));
	assert_null(event_unknown_type(arena, NULL));
	assert_null(event_unknown_type(arena, "text,other"));
	assert_string_equal(event_unknown_type(arena, "text,txt"), "txt");
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_have_their_topic),
		cmocka_unit_test(meta_form_is_subscribed_by_topic),
		cmocka_unit_test(normalized_form_is_subscribed_by_name),
		cmocka_unit_test(unknown_words_are_named),
		cmocka_unit_test(message_types_filter_what_is_about_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
