/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_error - errors as Meta answers them
 *
 * The shape of the answer and of the errors array in webhooks, with the titles and HTTP
 * statuses that are known of each code. A code that is not in the table can be had all the
 * same: it is then a 400 with a title of ours.
 */
#include "core/secret.h"
#include "gateway/sim_inside.h"

static const struct known {
	int64_t code;
	int status;
	const char *title;
} errors[] = {
	{ 0, 401, "AuthException" },
	{ 1, 400, "API Unknown" },
	{ 2, 503, "API Service" },
	{ 3, 500, "API Method" },
	{ 4, 400, "API Too Many Calls" },
	{ 10, 403, "Permission Denied" },
	{ 33, 400, "Parameter value is not valid" },
	{ 100, 400, "Invalid parameter" },
	{ 104, 400, "Incorrect signature" },
	{ 190, 401, "Access token has expired" },
	{ 200, 403, "API Permission (200..299)" },
	{ 368, 403, "Temporarily blocked for policies violations" },
	{ 613, 400, "Calls rate limit" },
	{ 803, 404, "Some of the aliases you requested do not exist" },
	{ 80007, 400, "Rate limit issues" },
	{ 80008, 400, "WhatsApp Business API call limit" },
	{ 130403, 400, "Recipient blocked by the business" },
	{ 130429, 400, "Rate limit hit" },
	{ 130472, 400, "User's number is part of an experiment" },
	{ 130497, 403, "Business account is restricted from messaging users in this country" },
	{ 131000, 500, "Something went wrong" },
	{ 131005, 403, "Access denied" },
	{ 131008, 400, "Required parameter is missing" },
	{ 131009, 400, "Parameter value is not valid" },
	{ 131016, 500, "Service unavailable" },
	{ 131020, 400, "Bad group (single member)" },
	{ 131021, 400, "Recipient cannot be sender" },
	{ 131026, 400, "Message undeliverable" },
	{ 131030, 400, "Recipient not in allowed list" },
	{ 131031, 403, "Account has been locked" },
	{ 131037, 400, "Display name approval needed" },
	{ 131041, 400, "Group unknown" },
	{ 131042, 400, "Business eligibility payment issue" },
	{ 131044, 400, "Business eligibility payment issue (calling)" },
	{ 131045, 500, "Incorrect certificate" },
	{ 131047, 400, "Re-engagement message" },
	{ 131048, 400, "Spam rate limit hit" },
	{ 131049, 400, "Message not delivered to maintain healthy ecosystem engagement" },
	{ 131050, 400, "Recipient stopped marketing messages from this business" },
	{ 131051, 400, "Unsupported message type" },
	{ 131052, 400, "Media download error" },
	{ 131053, 400, "Media upload error" },
	{ 131055, 400, "Method not allowed" },
	{ 131056, 400, "Pair rate limit hit" },
	{ 131057, 500, "Account in maintenance mode" },
	{ 131059, 400, "Invalid cursor" },
	{ 131062, 400, "BSUID recipients are not supported for this message" },
	{ 131063, 400, "Marketing templates disabled for Cloud API" },
	{ 131064, 400, "Messaging limit reached due to template classification violations" },
	{ 131201, 400, "Partially succeeded" },
	{ 131202, 400, "Duplicate participants" },
	{ 131204, 400, "Participants over limit" },
	{ 131207, 400, "Group suspended" },
	{ 131208, 400, "Group rate limit hit" },
	{ 131209, 400, "Profile picture must be square" },
	{ 131210, 400, "Image smaller than 192 px" },
	{ 131211, 400, "Group creation limit" },
	{ 131212, 400, "Participant not in group" },
	{ 131213, 400, "Join request does not exist" },
	{ 131214, 400, "Group creation temporarily disabled" },
	{ 131215, 400, "Groups API not eligible" },
	{ 132000, 400, "Template Param Count Mismatch" },
	{ 132001, 404, "Template does not exist" },
	{ 132005, 400, "Template Hydrated Text Too Long" },
	{ 132007, 400, "Template Format Character Policy Violated" },
	{ 132008, 400, "Template parameter value invalid" },
	{ 132012, 400, "Template Parameter Format Mismatch" },
	{ 132015, 400, "Template is Paused" },
	{ 132016, 400, "Template is Disabled" },
	{ 132018, 400, "Template parameters issue" },
	{ 132068, 400, "Flow is in blocked state" },
	{ 132069, 400, "Flow is in throttled state" },
	{ 133000, 500, "Incomplete Deregistration" },
	{ 133004, 503, "Server Temporarily Unavailable" },
	{ 133005, 400, "Two step verification PIN Mismatch" },
	{ 133006, 400, "Phone number re-verification needed" },
	{ 133008, 400, "Too Many two step verification PIN Guesses" },
	{ 133009, 400, "Two step verification PIN Guessed Too Fast" },
	{ 133010, 400, "Phone number not registered" },
	{ 133015, 400, "Wait before registering this number" },
	{ 133016, 400, "Account register deregister rate limit exceeded" },
	{ 134011, 400, "WhatsApp Payments terms of service not accepted" },
	{ 134100, 400, "Only marketing messages supported" },
	{ 134101, 400, "Template is syncing" },
	{ 134102, 500, "Template unavailable for use" },
	{ 135000, 400, "Generic user error" },
	{ 136025, 400, "Phone number verification code error" },
	{ 137000, 400, "Recipient identity key hash mismatch" },
};

static const char wanted_token[] =
	"OAuth \"Facebook Platform\" \"invalid_token\" \"Invalid OAuth access token\"";

static const struct known *
known_of(int64_t code)
{
	static const struct known other = { 0, 400, "Simulated error" };

	for (size_t i = 0; i < ARRAY_LEN(errors); i++)
		if (errors[i].code == code)
			return &errors[i];
	return &other;
}

static const char *
trace_new(struct op *op)
{
	return arena_printf(op->arena, "A%s", secret_base62(op->arena, 22));
}

static void
answer_error(struct op *op, struct sim_answer *out, int status, json_t *error)
{
	json_t *root = json_new(op);

	json_put(error, "fbtrace_id", trace_new(op));
	expect(json_object_set(root, "error", error) == 0);
	out->status = status;
	out->type = "application/json; charset=UTF-8";
	out->body = json_text(op, root);
	out->authenticate = status == 401 ? wanted_token : NULL;
}

void
sim_error(struct op *op, struct sim_answer *out, int64_t code, const char *details)
{
	const struct known *known = known_of(code);
	json_t *error = json_new(op), *data = json_new(op);

	json_put(error, "message",
		 arena_printf(op->arena, "(#%lld) %s", (long long)code, known->title));
	json_put(error, "type", "OAuthException");
	json_put_int(error, "code", code);
	json_put(data, "messaging_product", "whatsapp");
	json_put(data, "details", details != NULL ? details : known->title);
	expect(json_object_set(error, "error_data", data) == 0);
	answer_error(op, out, known->status, error);
}

void
sim_error_say(struct op *op, struct sim_answer *out, int status, int64_t code, int64_t subcode,
	      const char *message)
{
	json_t *error = json_new(op);

	json_put(error, "message", message);
	json_put(error, "type", subcode == 33 ? "GraphMethodException" : "OAuthException");
	json_put_int(error, "code", code);
	if (subcode != 0)
		json_put_int(error, "error_subcode", subcode);
	answer_error(op, out, status, error);
}

json_t *
sim_error_object(struct op *op, int64_t code)
{
	const struct known *known = known_of(code);
	json_t *error = json_new(op), *data = json_new(op);

	json_put_int(error, "code", code);
	json_put(error, "title", known->title);
	json_put(error, "message", known->title);
	json_put(data, "details", known->title);
	expect(json_object_set(error, "error_data", data) == 0);
	json_put(error, "href", "/documentation/business-messaging/whatsapp/support/error-codes");
	return error;
}
