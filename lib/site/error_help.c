/* SPDX-License-Identifier: Apache-2.0 */
/*
 * error_help - what the error reference says about each refusal
 *
 * One text for all dialects: they differ in codes (dialect.c), not in what has happened. A refusal
 * without a text is found by a test, so that no code can be missing from the reference.
 */
#include "site/error_help.h"

#include <stddef.h>

static const struct error_help helps[REFUSAL__MAX] = {
	[REFUSAL_KEY_MISSING] = { "There is no Authorization header.",
				  "Send Authorization: Bearer and the API key.", AGAIN_CHANGED },
	[REFUSAL_KEY_FORM] = { "The Authorization header is not \"Bearer\", one space and a key.",
			       "Write it exactly so, and send it once.", AGAIN_CHANGED },
	[REFUSAL_KEY_UNKNOWN] = { "There is no such key, or it was not copied whole.",
				  "Compare beginning and end with the list of API keys; create a "
				  "new one where the old one is lost.",
				  AGAIN_CHANGED },
	[REFUSAL_KEY_EXPIRED] = { "The key has expired; the text says since when.",
				  "Create a new key.", AGAIN_CHANGED },
	[REFUSAL_KEY_REVOKED] = { "Somebody has revoked the key.",
				  "Create a new key; the audit log knows who revoked the old one.",
				  AGAIN_CHANGED },
	[REFUSAL_SCOPE] = { "The key lacks the scope that the address asks for.",
			    "Use a key that has it: send, read, suppress or configure.",
			    AGAIN_CHANGED },
	[REFUSAL_ADDRESS] = { "The key may be used from some addresses only, and the request came "
			      "from another.",
			      "Call from one of the key's addresses, or create a key for this one.",
			      AGAIN_CHANGED },
	[REFUSAL_MODULE] = { "Sending is not switched on for the account.",
			     "Ask the operator of the gateway.", AGAIN_NEVER },
	[REFUSAL_ACCOUNT_PAUSED] = { "The account is paused; the text says why.",
				     "Ask the operator of the gateway.", AGAIN_NEVER },
	[REFUSAL_GATEWAY_SUSPENDED] = { "The whole gateway lets nothing out for now.",
					"Wait for the operator of the gateway.", AGAIN_LATER },
	[REFUSAL_JSON] = { "The body is not JSON, not UTF-8, nested deeper than 32, names a member "
			   "twice, or holds a number out of range.",
			   "Correct the place that the text names.", AGAIN_CHANGED },
	[REFUSAL_FIELD] = { "A member of the body, the query or a header is missing or wrong.",
			    "Correct the member that the details name.", AGAIN_CHANGED },
	[REFUSAL_RECIPIENT] = { "The recipient is no phone number with its country code.",
				"Leave this recipient out, or correct the number.", AGAIN_CHANGED },
	[REFUSAL_PURPOSE_MISSING] = { "The guarded API is not told why the person expects the "
				      "message.",
				      "Say message_purpose: transactional, operational, support, "
				      "internal_team or authentication.",
				      AGAIN_CHANGED },
	[REFUSAL_PURPOSE] = { "Messages of that purpose may not be sent, or the stated purpose "
			      "does "
			      "not fit the template's category.",
			      "Send it by another way. The operator may allow an account approved "
			      "marketing templates.",
			      AGAIN_NEVER },
	[REFUSAL_INSTANCE_UNKNOWN] = { "The instance is none of the account's, or not the key's.",
				       "Say the id or slug that GET /api/instances shows.",
				       AGAIN_CHANGED },
	[REFUSAL_INSTANCE_PAUSED] = { "The instance is paused or suspended.",
				      "Resume it in the portal.", AGAIN_LATER },
	[REFUSAL_INSTANCE_STATE] = { "The instance is not connected to WhatsApp.",
				     "Its page in the portal says why and what to do.",
				     AGAIN_LATER },
	[REFUSAL_IN_PROGRESS] = { "The first request with this Idempotency-Key is still running.",
				  "Ask again in a second: the answer is then the first one's.",
				  AGAIN_LATER },
	[REFUSAL_MISMATCH] = { "The Idempotency-Key was used for another query or body.",
			       "Use a new key for each message, the same for its repetitions.",
			       AGAIN_CHANGED },
	[REFUSAL_UNKNOWN_TWIN] = { "The same body was sent within ten minutes, and nobody knows "
				   "whether that message arrived.",
				   "Look at the message that the details name. To send one more "
				   "all the same: X-Send-Anyway: true.",
				   AGAIN_NEVER },
	[REFUSAL_RATE] = { "The key, or the number it sends through, sends too fast.",
			   "Wait as long as Retry-After says; X-RateLimit headers help to keep "
			   "below.",
			   AGAIN_LATER },
	[REFUSAL_PAIR] = { "One recipient would get more than one message in six seconds, beyond a "
			   "burst of 45.",
			   "Wait as long as Retry-After says; others are not concerned.",
			   AGAIN_LATER },
	[REFUSAL_DAY_LIMIT] = { "The plan's or the key's limit of the account's day is used up.",
				"Wait for the next day in the account's time zone, or ask for a "
				"larger plan.",
				AGAIN_LATER },
	[REFUSAL_MONTH_LIMIT] = { "The plan's limit of the account's month is used up.",
				  "Wait for the next month in the account's time zone, or ask for "
				  "a larger plan.",
				  AGAIN_LATER },
	[REFUSAL_BALANCE] = { "The account's balance is at or below zero.",
			      "Stop campaigns and top up.", AGAIN_LATER },
	[REFUSAL_SUPPRESSED] = { "The person has opted out, or somebody has blocked the number.",
				 "Do not write to this person. The list says why and since when.",
				 AGAIN_NEVER },
	[REFUSAL_WINDOW] = { "The person has not written within 24 hours, and the message is no "
			     "template.",
			     "Send an approved template.", AGAIN_CHANGED },
	[REFUSAL_POLICY] = { "The message looks like one that endangers the number; the details "
			     "say "
			     "what makes the score.",
			     "Change what the details name, or ask the operator of the gateway.",
			     AGAIN_CHANGED },
	[REFUSAL_EXPIRED] = { "A message that waited was not sent before its valid_until. Told by "
			      "message.failed, never by an answer.",
			      "Send it anew, if it is still of use.", AGAIN_CHANGED },
	[REFUSAL_NOT_CANCELLABLE] = { "The message is on its way, sent, or ended already.",
				      "Nothing: look at its status.", AGAIN_NEVER },
	[REFUSAL_METHOD] = { "The address knows no such method; the Allow header says which.",
			     "Use one of those.", AGAIN_CHANGED },
	[REFUSAL_NOT_FOUND] = { "There is nothing at this address, or not for this key.",
				"Compare the address with the reference, the id with the list.",
				AGAIN_CHANGED },
	[REFUSAL_TOO_LARGE] = { "The body is over 1 MiB; of media, over the limit of its kind.",
				"Send less.", AGAIN_CHANGED },
	[REFUSAL_MEDIA_TYPE] = { "The body has another type than the address takes.",
				 "Send JSON with Content-Type: application/json, media as "
				 "multipart/form-data.",
				 AGAIN_CHANGED },
	[REFUSAL_BUSY] = { "The gateway cannot do it now. Certainly nothing was sent.",
			   "Send the same again after Retry-After.", AGAIN_LATER },
	[REFUSAL_INTERNAL] = { "The fault is the gateway's.",
			       "Tell the operator the X-Request-Id. Look at the list of messages "
			       "before you send again.",
			       AGAIN_NEVER },
	[REFUSAL_PROVIDER] = { "WhatsApp has refused the message: nothing was sent or charged. The "
			       "details have its code and whether a retry makes sense.",
			       "Act on WhatsApp's code. In the Graph dialect the answer is "
			       "WhatsApp's own.",
			       AGAIN_CHANGED },
	[REFUSAL_UNKNOWN_OUTCOME] = { "WhatsApp did not answer in time, or the connection broke: "
				      "it "
				      "may or may not have the message.",
				      "Do not send again. An event, and GET /api/messages/{id}, "
				      "tell "
				      "the truth later.",
				      AGAIN_NEVER },
};

const struct webhook_error webhook_errors[WEBHOOK_ERRORS] = {
	{ "WH_001",
	  "FORBIDDEN",
	  403,
	  { "The verify token of Meta's handshake is not the one of this instance.",
	    "Copy the token from the instance's page into Meta's webhook configuration.",
	    AGAIN_CHANGED } },
	{ "WH_002",
	  "UNAUTHORIZED",
	  401,
	  { "A webhook came without X-Hub-Signature-256.",
	    "Webhooks come from Meta, signed with the app's secret.", AGAIN_CHANGED } },
	{ "WH_003",
	  "UNAUTHORIZED",
	  401,
	  { "A webhook's signature was made with another app secret.",
	    "Enter the app secret of the Meta app that sends to this address.", AGAIN_CHANGED } },
};

const struct error_help *
error_help(enum refusal refusal)
{
	return &helps[refusal];
}

const char *
error_again_text(enum again again)
{
	static const char *const texts[] = {
		[AGAIN_MISSING] = NULL,
		[AGAIN_NEVER] = "no",
		[AGAIN_CHANGED] = "after a change",
		[AGAIN_LATER] = "yes, later",
	};

	return texts[again];
}
