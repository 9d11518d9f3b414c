/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transfer_media - files to WhatsApp, told about and removed
 *
 * A request about media takes the steps of a send that are not about a message: account, instance,
 * how fast. An upload has an honest outcome as a send has: an id, a refusal, or nobody knows. What
 * reads or removes may be asked again, so that a lost answer is simply none. Waits on the caller's
 * thread: a transfer keeps one for as long as it takes.
 */
#include "core/secret.h"
#include "gateway/credentials.h"
#include "gateway/media_inside.h"
#include "store/inbound_media_store.h"

enum { SANDBOX_DIGITS = 17 };

/* Longer than Meta's ids, so that it cannot be one. */
static const char sandbox_prefix[] = "90";

/* ---- may it be done? ---- */

static enum rc
admit(struct send_work *work, bool upload)
{
	if (!upload)
		return send_find_instance(work);
	TRY(send_step_account(work));
	return send_step_instance(work);
}

enum rc
gateway_admit_media(struct op *op, struct media *media, bool upload)
{
	struct send *send = &media->send;

	media->work = send_work_new(op, send, SEND_NOW);
	send->simulated = send->key != NULL && api_key_is_sandbox(send->key);
	TRY(admit(media->work, upload));
	return media_quota_take(op, media, send->key != NULL ? send->key->id : op->actor);
}

enum rc
media_credentials(struct media *media, struct credentials *credentials)
{
	struct send_work *work = media->work;
	const struct instance *instance = &media->send.instance;
	struct credentials opened = { .access_token = NULL };

	work->provider = provider_of(instance->provider);
	if (work->provider == NULL || work->provider->upload_request == NULL)
		return send_refuse(work, REFUSAL_INSTANCE_STATE,
				   "This gateway was built without media of the provider %s",
				   instance->provider);
	if (text_empty(instance->access_token))
		return send_refuse(work, REFUSAL_INSTANCE_STATE,
				   "This instance is not connected (its state is %s); connect it "
				   "in the portal",
				   instance->state);
	TRY(credential_open(work->op, &opened.access_token, SEALED_ACCESS_TOKEN, instance->id,
			    instance->access_token));
	*credentials = opened;
	return RC_OK;
}

/* ---- what came of it ---- */

static enum rc
refuse_unknown(struct media *media, const char *words)
{
	json_t *details = json_new(media->work->op);

	json_put(details, "outcome", "unknown");
	json_put_bool(details, "retryable", false);
	media->send.details = details;
	return send_refuse(media->work, REFUSAL_UNKNOWN_OUTCOME,
			   "The provider may or may not have this file: %s", words);
}

enum rc
media_refuse_result(struct media *media, const struct send_result *result)
{
	struct send *send = &media->send;

	send->provider_status = result->http_status;
	send->provider_answer = result->answer;
	if (result->outcome == SEND_UNKNOWN)
		return refuse_unknown(media, result->words);
	send->details = send_error_details(media->work->op, result);
	return send_refuse(media->work, REFUSAL_PROVIDER, "%s", result->words);
}

static void
note_accepted(struct media *media, const struct send_result *result)
{
	media->send.provider_status = result->http_status;
	media->send.provider_answer = result->answer;
}

/* ---- up ---- */

static const char *
sandbox_id(struct op *op)
{
	unsigned char random[SANDBOX_DIGITS];
	char *digits = arena_alloc(op->arena, SANDBOX_DIGITS + 1);

	secret_noise(random, sizeof(random));
	for (size_t i = 0; i < SANDBOX_DIGITS; i++)
		digits[i] = (char)('0' + random[i] % 10);
	return arena_printf(op->arena, "%s%s", sandbox_prefix, digits);
}

enum rc
gateway_upload_media(struct op *op, struct media *media)
{
	const struct media_upload upload = {
		.fd = media->file.fd,
		.size = media->file.size,
		.type = media->type,
		.filename = media->filename,
		.fields = media->fields,
		.field_count = media->field_count,
	};
	struct credentials credentials;
	struct send_result result;

	if (media->send.simulated) {
		media->id = sandbox_id(op);
		return RC_OK;
	}
	TRY(media_credentials(media, &credentials));
	media->work->provider->upload_request(op, &media->call, &media->send.instance, &credentials,
					      &upload);
	db_rest(op);
	net_perform(&media->call);
	media->work->provider->upload_read(op, &result, &media->call);
	if (result.outcome != SEND_ACCEPTED)
		return media_refuse_result(media, &result);
	media->id = result.provider_id;
	note_accepted(media, &result);
	return RC_OK;
}

/* ---- told about, removed ---- */

static enum rc
refuse_missing(struct media *media, const char *sentence)
{
	return send_refuse(media->work, REFUSAL_NOT_FOUND, "%s", sentence);
}

static enum rc
call_object(struct op *op, struct media *media, const char *method)
{
	struct credentials credentials;
	struct send_result result;

	if (!media_is_id(media->id))
		return refuse_missing(media, "There is no media of that id");
	TRY(media_credentials(media, &credentials));
	media->work->provider->media_request(op, &media->call, &media->send.instance, &credentials,
					     method, media->id);
	db_rest(op);
	net_perform(&media->call);
	media->work->provider->media_read(op, &result, &media->object, &media->call);
	if (result.outcome != SEND_ACCEPTED)
		return media_refuse_result(media, &result);
	note_accepted(media, &result);
	return RC_OK;
}

enum rc
media_ask(struct op *op, struct media *media)
{
	if (media->send.simulated)
		return refuse_missing(media, "A sandbox key's uploads are checked and not kept: "
					     "there is nothing to read");
	TRY(call_object(op, media, "GET"));
	/* Every object of the provider has an id; only files have an address. */
	if (text_empty(media->object.url))
		return refuse_missing(media, "There is no media of that id");
	return RC_OK;
}

/* The answer with another url and otherwise byte by byte. */
static enum rc
replace_url(struct op *op, struct media *media)
{
	struct bytes answer = media->send.provider_answer, url = json_span(answer, "url");
	const char *ours = media_link(op, media);
	struct buf out;

	expect(url.n > 0);
	buf_init(&out, op->arena, answer.n + strlen(ours) + 3);
	buf_add(&out, answer.p, (size_t)(url.p - answer.p));
	buf_printf(&out, "\"%s\"", ours);
	buf_add(&out, url.p + url.n, (size_t)(answer.p + answer.n - url.p - url.n));
	media->send.provider_answer = buf_bytes(&out);
	return RC_OK;
}

enum rc
gateway_show_media(struct op *op, struct media *media)
{
	enum rc rc = media_find_kept(op, media);

	if (rc == RC_OK)
		media_tell_kept(op, media);
	if (rc != RC_MISSING)
		return rc;
	TRY(media_ask(op, media));
	return replace_url(op, media);
}

/* An id may be any object's that the token reaches: only a file is removed. */
static enum rc
delete_there(struct op *op, struct media *media)
{
	TRY(media_ask(op, media));
	return call_object(op, media, "DELETE");
}

/* What is kept here goes first; whether the provider still has it is of no matter then. */
static enum rc
delete_kept(struct op *op, struct media *media)
{
	struct batch *batch = batch_new(op);

	inbound_media_store_drop(batch, media->send.instance.id, media->id);
	TRY(db_commit(op, batch));
	if (delete_there(op, media) == RC_OK || media->send.refusal == REFUSAL_NONE)
		return RC_OK;
	media->send.refusal = REFUSAL_NONE;
	media->send.provider_answer = bytes_of(NULL);
	op_forgive(op);
	return RC_OK;
}

enum rc
gateway_delete_media(struct op *op, struct media *media)
{
	enum rc rc = media_find_kept(op, media);

	if (rc != RC_MISSING)
		return rc == RC_OK ? delete_kept(op, media) : rc;
	if (!media->send.simulated)
		return delete_there(op, media);
	if (media_is_id(media->id) && text_starts(media->id, sandbox_prefix))
		return RC_OK;
	return refuse_missing(media, "There is no simulated media of that id");
}
