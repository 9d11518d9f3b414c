/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APPLY_FIXTURE_H
#define APPLY_FIXTURE_H

/* An account with one endpoint of each form that wants everything; webhooks put into the inbox and
 * applied; what the endpoints got. */
#include "store_fixture.h"

#include "gateway/manage_instances.h"
#include "gateway/receive.h"
#include "store/conversation_store.h"
#include "store/delivery_store.h"
#include "store/event_store.h"
#include "store/inbound_store.h"
#include "store/inbox_store.h"
#include "store/message_store.h"
#include "store/status_store.h"
#include "store/suppression_store.h"

#define PHONE "106540352242922"
#define WABA "102290129340398"

static inline int
setup(void **state)
{
	(void)state;
	store_begin("[cloud]\napp_secret = operators\nverify_token = knock\n");
	fixture_endpoint("ep_flat", "normalized", "*");
	fixture_endpoint("ep_meta", "meta", "*");
	return 0;
}

static int rows_put;

static inline void
put_row(const char *instance, const char *raw)
{
	struct op *op = op_begin("test");
	struct batch *batch = batch_new(op);
	struct inbox row = {
		.id = arena_printf(op->arena, "box_%06d", ++rows_put),
		.provider = "cloud",
		.instance_id = instance,
		.raw = raw,
		.encoding = "utf8",
		.received_at = op->now,
	};

	inbox_store_insert(batch, &row);
	must(op, db_commit(op, batch));
	op_end(op);
}

static inline int64_t
apply_all(struct op *reader)
{
	int64_t all = 0, n;

	db_rest(reader); /* what it reads next is what is there then */
	do {
		struct op *op = op_begin("test");

		n = 0;
		must(op, gateway_apply_inbox(op, 10, &n));
		op_end(op);
		all += n;
	} while (n > 0);
	return all;
}

/* A document with one item of the field "messages" for our number. */
static inline const char *
document(struct op *op, const char *array, const char *item)
{
	return arena_printf(op->arena,
			    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"" WABA
			    "\",\"changes\":[{\"value\":{\"messaging_product\":\"whatsapp\","
			    "\"metadata\":{\"display_phone_number\":\"15550783881\","
			    "\"phone_number_id\":\"" PHONE "\"},\"contacts\":[{\"profile\":"
			    "{\"name\":\"Ada\"},\"wa_id\":\"905321112233\"}],\"%s\":[%s]},"
			    "\"field\":\"messages\"}]}]}",
			    array, item);
}

static inline void
put_text(struct op *op, const char *id, const char *text)
{
	put_row(NULL, document(op, "messages",
			       arena_printf(op->arena,
					    "{\"from\":\"905321112233\",\"id\":\"%s\","
					    "\"timestamp\":\"1749416383\",\"type\":\"text\","
					    "\"text\":{\"body\":\"%s\"}}",
					    id, text)));
}

static inline void
put_status(struct op *op, const char *provider_id, const char *status, const char *more)
{
	put_row(NULL, document(op, "statuses",
			       arena_printf(op->arena,
					    "{\"id\":\"%s\",\"status\":\"%s\","
					    "\"timestamp\":\"1750263773\","
					    "\"recipient_id\":\"905321112233\"%s}",
					    provider_id, status, more)));
}

/* What endpoint got, oldest first: the events' names joined by blanks. How conversations stand has
 * tests of its own. */
static inline const char *
told(struct op *op, const char *endpoint)
{
	struct delivery_query query = { .endpoint_id = endpoint, .limit = 100 };
	const struct delivery *rows;
	const char *names = "";
	struct list list;

	must(op, delivery_store_list(op, &list, &query));
	rows = list.rows;
	for (int64_t seq = 1; seq <= (int64_t)list.n; seq++)
		for (size_t i = 0; i < list.n; i++)
			if (rows[i].seq == seq &&
			    !text_equal(rows[i].event, "conversation.updated"))
				names = arena_printf(op->arena, "%s%s%s", names,
						     *names == '\0' ? "" : " ", rows[i].event);
	return names;
}

/* The body of the only event of that name that an endpoint of the format gets. */
static inline json_t *
body_of(struct op *op, const char *format, const char *name)
{
	struct delivery_query query = { .event = name,
					.limit = 100,
					.endpoint_id = text_equal(format, "meta") ? "ep_meta"
										  : "ep_flat" };
	struct event_body event = { 0 };
	struct list list;
	json_t *body;

	must(op, delivery_store_list(op, &list, &query));
	assert_int_equal(list.n, 1);
	must(op,
	     event_store_body(op, &event, ((const struct delivery *)list.rows)->event_id, format));
	assert_non_null(event.body);
	must(op, json_read(op, &body, bytes_of(event.body)));
	return body;
}

static inline void
put_message(const char *id, const char *status, const char *provider_id)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct message message = {
		.id = id,
		.instance_id = fixture_instance.id,
		.source = "guarded",
		.recipient = "905321112233",
		.type = "text",
		.purpose = "support",
		.payload = "{\"text\":{\"body\":\"hello\"}}",
		.status = status,
		.provider_id = provider_id,
		.created_at = op->now,
		.sent_at = { text_equal(status, "sent") ? op->now.ms : 0 },
	};

	message_store_insert(batch, &message);
	must(op, db_commit(op, batch));
	op_end(op);
}

static inline struct message
message_now(struct op *op, const char *id)
{
	struct message message = { 0 };

	must(op, message_store_get(op, &message, id));
	return message;
}

#define PERSON "905321112233"

/* A change of a field for our number; what stands beside its frame. */
static inline void
put_change(struct op *op, const char *field, const char *members)
{
	put_row(NULL, arena_printf(op->arena,
				   "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":"
				   "\"" WABA "\",\"changes\":[{\"value\":{\"messaging_product\":"
				   "\"whatsapp\",\"metadata\":{\"display_phone_number\":"
				   "\"15550783881\",\"phone_number_id\":\"" PHONE "\"},%s},"
				   "\"field\":\"%s\"}]}]}",
				   members, field));
	apply_all(op);
}

static inline void
check_text(const json_t *body, const char *path, const char *text)
{
	const char *is = json_string_value(json_at(body, path));

	if (!text_equal(is, text))
		fail_msg("%s is %s, not %s", path, is == NULL ? "nothing" : is,
			 text == NULL ? "nothing" : text);
}

static inline void
check_nulls(const json_t *body, const char *names)
{
	struct arena *arena = arena_new(0);

	for (const char **name = text_split(arena, names, ' ', NULL); *name != NULL; name++)
		if (!json_is_null(json_object_get(body, *name)))
			fail_msg("%s is not null", *name);
	arena_free(arena);
}

static inline struct conversation
conversation_with(struct op *op, const char *who)
{
	struct conversation c = { .unread = 0 };

	db_rest(op);
	must(op, conversation_store_get(op, &c, fixture_instance.id, who));
	return c;
}

#endif
