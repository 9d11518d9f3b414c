/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_value - what the simulator's webhooks say
 *
 * Members and types as in Meta's own samples: times are texts of seconds, ids are texts, a
 * status carries the sender's biz_opaque_callback_data and, with sent and delivered, its price.
 */
#include "core/secret.h"
#include "gateway/sim_inside.h"

/* 2026-10-01T00:00Z: from then on Meta charges for service messages. */
static const int64_t SERVICE_CHARGED_MS = INT64_C(1790812800000);

enum { WAMID_PERSON_MAX = 15, WAMID_BYTES_MAX = 64, USER_ID_DIGITS = 19 };

/* An object of the op, put into another. */
static void
put(json_t *object, const char *name, json_t *value)
{
	expect(json_object_set(object, name, value) == 0);
}

static json_t *
array_of_one(struct op *op, json_t *item)
{
	json_t *array = json_new_array(op);

	expect(json_array_append(array, item) == 0);
	return array;
}

static const char *
seconds(struct op *op, struct instant at)
{
	return arena_printf(op->arena, "%lld", (long long)(at.ms / SECOND_MS));
}

/* Brazilian mobiles of area codes above 30 are known to WhatsApp without their ninth digit. */
static bool
has_ninth_digit(const char *digits)
{
	return strlen(digits) == 13 && text_starts(digits, "55") && digits[4] == '9' &&
	       (digits[2] > '3' || (digits[2] == '3' && digits[3] > '0'));
}

const char *
sim_wa_id(struct op *op, const char *written)
{
	char *digits = arena_dup(op->arena, written);
	size_t n = 0;

	for (const char *p = written; *p != '\0'; p++)
		if (*p >= '0' && *p <= '9')
			digits[n++] = *p;
	digits[n] = '\0';
	return has_ninth_digit(digits) ? arena_printf(op->arena, "%.4s%s", digits, digits + 5)
				       : digits;
}

bool
sim_is_group(const json_t *body)
{
	return text_equal(json_str(body, "recipient_type"), "group");
}

const char *
sim_user_id(struct op *op, const char *wa_id)
{
	unsigned char hash[SHA256_LEN];
	char *digits = arena_alloc(op->arena, USER_ID_DIGITS + 1);

	secret_sha256(bytes_of(wa_id), hash);
	for (size_t i = 0; i < USER_ID_DIGITS; i++)
		digits[i] = (char)('1' + hash[i] % 9);
	return arena_printf(op->arena, "US.%s", digits);
}

/* The bytes that Meta's ids decode to: the person's number between fixed marks, then a random
 * hexadecimal part. */
const char *
sim_wamid(struct op *op, const char *person, bool inbound)
{
	static const unsigned char marks[] = { 0x15, 0x02, 0x00 };
	unsigned char bytes[WAMID_BYTES_MAX], random[10];
	size_t person_n = strlen(person) < WAMID_PERSON_MAX ? strlen(person) : WAMID_PERSON_MAX;
	size_t random_n = inbound ? 10 : 9, n = 0;
	char *hex;

	secret_random(random, sizeof(random));
	hex = text_hex(op->arena, bytes_slice(random, random_n));
	for (char *p = hex; *p != '\0'; p++)
		*p = (char)(*p >= 'a' ? *p - 'a' + 'A' : *p);
	bytes[n++] = 0x1c;
	bytes[n++] = 0x18;
	bytes[n++] = (unsigned char)person_n;
	memcpy(bytes + n, person, person_n);
	n += person_n;
	memcpy(bytes + n, marks, sizeof(marks));
	n += sizeof(marks);
	bytes[n++] = inbound ? 0x12 : 0x11;
	bytes[n++] = 0x18;
	bytes[n++] = (unsigned char)(2 * random_n);
	memcpy(bytes + n, hex, 2 * random_n + 1);
	n += 2 * random_n + 1;
	return arena_printf(op->arena, "wamid.%s", text_base64(op->arena, bytes_slice(bytes, n)));
}

json_t *
sim_value_new(struct op *op, const struct sim_number *number)
{
	json_t *value = json_new(op), *metadata = json_new(op);

	json_put(metadata, "display_phone_number", sim_wa_id(op, number->display_phone_number));
	json_put(metadata, "phone_number_id", number->phone_number_id);
	json_put(value, "messaging_product", "whatsapp");
	put(value, "metadata", metadata);
	return value;
}

static json_t *
contact_of(struct op *op, const char *wa_id, const char *name)
{
	json_t *contact = json_new(op), *profile = json_new(op);

	json_put(profile, "name", name);
	put(contact, "profile", profile);
	json_put(contact, "wa_id", wa_id);
	json_put(contact, "user_id", sim_user_id(op, wa_id));
	return contact;
}

static json_t *
pricing_of(struct op *op, const json_t *body, struct instant at)
{
	json_t *pricing = json_new(op);
	bool is_template, charged;

	is_template = text_equal(json_str(body, "type"), "template");
	charged = is_template || at.ms >= SERVICE_CHARGED_MS;
	json_put_bool(pricing, "billable", charged);
	json_put(pricing, "pricing_model", "PMP");
	json_put(pricing, "type", charged ? "regular" : "free_customer_service");
	json_put(pricing, "category", is_template ? "utility" : "service");
	return pricing;
}

static const json_t *
body_of(struct op *op, const struct sim_message *message)
{
	json_t *body = NULL;

	expect(json_read_loose(op, &body, bytes_of(message->payload)) == RC_OK);
	return body;
}

/* Whose status it is. A group of the simulator has one member, who is told apart by the group. */
static void
put_recipient(struct op *op, json_t *item, const char *recipient, bool group)
{
	json_put(item, "recipient_id", recipient);
	if (!group) {
		json_put(item, "recipient_user_id", sim_user_id(op, recipient));
		return;
	}
	json_put(item, "recipient_type", "group");
	json_put(item, "recipient_participant_user_id", sim_user_id(op, recipient));
}

json_t *
sim_value_status(struct op *op, const struct sim_number *number, const struct sim_message *message,
		 const char *status, struct instant at)
{
	json_t *value = sim_value_new(op, number), *item = json_new(op);
	const json_t *body = body_of(op, message);
	const char *data = json_str(body, "biz_opaque_callback_data");
	bool failed = text_equal(status, "failed");

	json_put(item, "id", message->id);
	json_put(item, "status", status);
	json_put(item, "timestamp", seconds(op, at));
	put_recipient(op, item, message->person, sim_is_group(body));
	if (data != NULL)
		json_put(item, "biz_opaque_callback_data", data);
	if (failed)
		put(item, "errors", array_of_one(op, sim_error_object(op, message->error_code)));
	else if (!text_equal(status, "read"))
		put(item, "pricing", pricing_of(op, body, at));
	if (!failed && !sim_is_group(body))
		put(value, "contacts",
		    array_of_one(op, contact_of(op, message->person, message->name)));
	put(value, "statuses", array_of_one(op, item));
	return value;
}

json_t *
sim_value_inbound(struct op *op, const struct sim_number *number, const char *from,
		  const char *name, json_t *message)
{
	json_t *value = sim_value_new(op, number), *item = json_new(op);

	json_put(item, "from", from);
	json_put(item, "from_user_id", sim_user_id(op, from));
	json_put(item, "id", sim_wamid(op, from, true));
	json_put(item, "timestamp", seconds(op, op->now));
	/* What the caller gave wins: an id or a time of its own, or none of ours. */
	expect(json_object_update(item, message) == 0);
	put(value, "contacts", array_of_one(op, contact_of(op, from, name)));
	put(value, "messages", array_of_one(op, item));
	return value;
}
