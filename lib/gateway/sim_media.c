/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_media - media at the simulator: up, told about, down, away
 *
 * Types and sizes as Meta has them, refused in Meta's words. An object's url is good for five
 * minutes, needs a token, and proves itself by a hash under a key that this process made for it.
 */
#include "core/secret.h"
#include "domain/media_kind.h"
#include "gateway/sim_inside.h"

#include <pthread.h>

enum { KEY_BYTES = 32 };

#define GOOD_FOR_S INT64_C(300)

static unsigned char key[KEY_BYTES];
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void
key_make(void)
{
	secret_random(key, sizeof(key));
}

static const char *
hash_of(struct op *op, const char *mid, const char *ext)
{
	struct bytes parts[] = { bytes_of(mid), bytes_of("."), bytes_of(ext) };
	unsigned char hash[SHA256_LEN];

	pthread_once(&key_once, key_make);
	secret_hmac(bytes_slice(key, sizeof(key)), parts, ARRAY_LEN(parts), hash);
	return text_hex(op->arena, bytes_slice(hash, sizeof(hash)));
}

/* ---- up ---- */

static bool
check_upload(struct op *op, struct sim_answer *out, const struct sim_upload *upload)
{
	const struct media_kind *kind;

	if (!text_equal(upload->messaging_product, "whatsapp")) {
		sim_error_say(op, out, 400, 100, 0,
			      "(#100) The parameter messaging_product is required.");
		return false;
	}
	kind = media_type_is_wellformed(upload->type) ? media_kind_of(upload->type) : NULL;
	if (upload->fd < 0 || kind == NULL) {
		sim_error_say(op, out, 400, 100, 0,
			      arena_printf(op->arena,
					   "(#100) Param file must be a file with one of the "
					   "following types: %s, or a document's. Received file "
					   "of type '%s'.",
					   media_types, upload->type == NULL ? "" : upload->type));
		return false;
	}
	if (upload->size == 0 || upload->size > kind->max_bytes) {
		sim_error(op, out, 131053,
			  arena_printf(op->arena,
				       "Media file size is invalid: %lld bytes; at most %lld for "
				       "%s",
				       (long long)upload->size, (long long)kind->max_bytes,
				       kind->name));
		return false;
	}
	return true;
}

void
simulator_upload(struct op *op, struct sim_answer *out, const struct sim_request *request,
		 const struct sim_upload *upload)
{
	const struct sim_media media = { .mime_type = upload->type,
					 .sha256 = upload->sha256,
					 .size = upload->size,
					 .fd = upload->fd };
	json_t *root = json_new(op);
	const char *id;

	*out = (struct sim_answer){ .status = 0 };
	if (!sim_check_token(op, out, request) || !check_upload(op, out, upload))
		return;
	id = sim_media_add(op, &media);
	if (id == NULL) {
		sim_error(op, out, 131016, "No room for the file");
		return;
	}
	json_put(root, "id", id);
	sim_answer_json(op, out, root);
}

/* ---- told about, away ---- */

bool
sim_media_get(struct op *op, struct sim_answer *out, const struct sim_request *request,
	      const char *id)
{
	const char *ext =
		arena_printf(op->arena, "%lld", (long long)(op->now.ms / SECOND_MS + GOOD_FOR_S));
	json_t *root = json_new(op);
	struct sim_media media;

	if (!sim_media_find(op, &media, id))
		return false;
	json_put(root, "messaging_product", "whatsapp");
	json_put(root, "url",
		 arena_printf(op->arena, "%s/whatsapp_business/attachments/?mid=%s&ext=%s&hash=%s",
			      request->base, id, ext, hash_of(op, id, ext)));
	json_put(root, "mime_type", media.mime_type);
	json_put(root, "sha256", media.sha256);
	json_put_int(root, "file_size", media.size);
	json_put(root, "id", media.id);
	sim_answer_json(op, out, root);
	return true;
}

bool
sim_media_delete(struct sim_answer *out, const char *id)
{
	if (!sim_media_drop(id))
		return false;
	sim_answer_success(out);
	return true;
}

/* ---- down ---- */

bool
simulator_download(struct op *op, struct sim_answer *out, const struct sim_request *request,
		   struct sim_file *file, const char *mid, const char *ext, const char *hash)
{
	struct sim_media media;
	int64_t last = 0;

	*out = (struct sim_answer){ .status = 0 };
	if (!sim_check_token(op, out, request))
		return false;
	if (text_empty(mid) || text_empty(hash) ||
	    !text_int(ext, 0, INT64_MAX / SECOND_MS, &last) || op->now.ms / SECOND_MS > last ||
	    !secret_equal(bytes_of(hash), bytes_of(hash_of(op, mid, ext))) ||
	    !sim_media_find(op, &media, mid)) {
		sim_error_say(op, out, 404, 100, 33, "This media is not, or no longer, here");
		return false;
	}
	*file = (struct sim_file){ media.fd, media.size, media.mime_type };
	return true;
}
