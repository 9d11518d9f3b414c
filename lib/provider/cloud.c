/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud - the driver of Meta's WhatsApp Cloud API (Graph API)
 *
 * Turns a message into one HTTP call and a finished call into one honest outcome: accepted only
 * with a 2xx and an id; refused only when Meta certainly does not have it; everything else that
 * began to leave is unknown, because Meta has no idempotency key and a repeated send is a second
 * message.
 */
#include "core/settings.h"
#include "provider/cloud_inside.h"

enum { CHECK_TIMEOUT_MS = 10000 };

static const char number_fields[] =
	"id,display_phone_number,verified_name,quality_rating,status,code_verification_status";

static void
cloud_send_request(struct op *op, struct net_call *out, const struct instance *instance,
		   const struct credentials *credentials, struct bytes payload, bool marketing)
{
	const char *edge = marketing ? "/marketing_messages" : "/messages";
	struct net_call call = cloud_call(
		op, "POST", cloud_address(op, instance->phone_number_id, edge), credentials);

	call.body = payload;
	call.timeout_ms = settings()->send_timeout * SECOND_MS;
	*out = call;
}

static void
read_accepted(struct op *op, struct send_result *out, const json_t *root)
{
	out->provider_id = json_str(json_at(root, "messages.0"), "id");
	if (text_empty(out->provider_id)) {
		out->outcome = SEND_UNKNOWN;
		out->words = arena_printf(op->arena, "Meta answered %d without the id of a message",
					  out->http_status);
		return;
	}
	out->outcome = SEND_ACCEPTED;
	out->wa_id = json_str(json_at(root, "contacts.0"), "wa_id");
	out->user_id = json_str(json_at(root, "contacts.0"), "user_id");
}

static void
cloud_send_read(struct op *op, struct send_result *out, const struct net_call *call)
{
	cloud_outcome(op, out, call, read_accepted);
}

static void
cloud_check_request(struct op *op, struct net_call *out, const struct instance *instance,
		    const struct credentials *credentials)
{
	const char *rest = arena_printf(op->arena, "?fields=%s", number_fields);
	struct net_call call = cloud_call(
		op, "GET", cloud_address(op, instance->phone_number_id, rest), credentials);

	call.timeout_ms = CHECK_TIMEOUT_MS;
	*out = call;
}

static void
cloud_check_read(struct op *op, struct number_check *out, const struct net_call *call)
{
	struct number_check check = { .ok = false };
	struct provider_error error;
	struct net_call heard = cloud_heard(op, call);
	const json_t *root = call->outcome == NET_ANSWERED ? cloud_answer(op, &heard) : NULL;

	if (call->outcome != NET_ANSWERED) {
		check.reason =
			arena_printf(op->arena, "Meta could not be reached: %s", call->words);
	} else if (cloud_error_read(op, &error, root)) {
		check.reason = cloud_error_words(op, &error);
	} else if (call->status != 200 || json_number_text(op, root, "id") == NULL) {
		check.reason = arena_printf(op->arena, "Meta answered %d without the number",
					    call->status);
	} else {
		check.ok = true;
		check.display_number = json_number_text(op, root, "display_phone_number");
		check.verified_name = json_str(root, "verified_name");
		check.quality = json_str(root, "quality_rating");
	}
	*out = check;
}

const struct provider cloud_provider = {
	.name = "cloud",
	.send_request = cloud_send_request,
	.send_read = cloud_send_read,
	.check_request = cloud_check_request,
	.check_read = cloud_check_read,
	.upload_request = cloud_upload_request,
	.upload_read = cloud_upload_read,
	.media_request = cloud_media_request,
	.media_read = cloud_media_read,
	.fetch_request = cloud_fetch_request,
	.fetch_read = cloud_fetch_read,
	.verify = cloud_verify,
	.manage_request = cloud_manage_request,
	.manage_read = cloud_manage_read,
	.templates_request = cloud_templates_request,
	.templates_read = cloud_templates_read,
};
