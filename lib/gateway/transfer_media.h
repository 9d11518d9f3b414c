/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_TRANSFER_MEDIA_H
#define GATEWAY_TRANSFER_MEDIA_H

#include "domain/media_kind.h"
#include "gateway/media_file.h"
#include "gateway/send_message.h"
#include "net/net.h"
#include "provider/provider.h"

/* A file that is kept here; ends with the op that found it. */
struct media_kept {
	bool is;
	int fd;
	int64_t size, at, end; /* its bytes, and those that are read next: at to end - 1 */
	const char *mime_type;
};

/*
 * Media: files to and from WhatsApp, for the proxy and the Graph dialect.
 *
 * What a person sent may be kept here (keep_media.h): then nobody is asked for it. Nothing else
 * is kept. A sandbox key's upload is checked like any other and then dropped:
 * it gets an id that no provider gave, which can be deleted and cannot be read.
 */
struct media {
	/* in: dialect, key (NULL: the portal), caller, phone_number_id or instance_ref. What the
	 * steps find, and how a request ended: refusal with op->why, field, details,
	 * provider_status, provider_answer. */
	struct send send;
	const char *id;    /* which one; of an upload: the new one's, out */
	const char *range; /* a Range header, or NULL */

	/* in: an upload, spooled */
	struct media_file file;
	const char *type, *filename;
	const struct net_header *fields; /* further fields of the form */
	size_t field_count;

	/* out: a download under way, from here or from the provider */
	struct media_kept kept;
	struct net_call call;
	struct media_object object;

	struct send_work *work; /* private */
};

/* May this request be made, and through which number? An upload is asked for what a send is asked
 * for: the account's module and pauses, the instance's state. A refusal is in media->send.refusal,
 * RC_BUSY and RC_INTERNAL are none. Also takes one from the key's quota for media. */
MUST_CHECK enum rc gateway_admit_media(struct op *op, struct media *media, bool upload);

/* These follow it, with the same rcs. They wait for the provider. */
MUST_CHECK enum rc gateway_upload_media(struct op *op, struct media *media);
/* The provider's object as it came, but for its url, which becomes one of ours that needs no
 * token and is good for five minutes: media->send.provider_answer. */
MUST_CHECK enum rc gateway_show_media(struct op *op, struct media *media);
MUST_CHECK enum rc gateway_delete_media(struct op *op, struct media *media);

/* Begin a download: either media->kept.is, with the range left to the caller, or media->call has
 * status (200, 206 or 416) and headers. gateway_media_next gives the bytes, as web/ wants them: 0
 * at the end, -1 where it broke off. It ends with the op. */
MUST_CHECK enum rc gateway_fetch_media(struct op *op, struct media *media);
int64_t gateway_media_next(void *media, void *out, size_t n);

/* What an address of ours names: sets media->id, the instance and the op's account. RC_MISSING:
 * forged, expired, or its key is no longer in force or its instance gone. Also takes one from the
 * key's quota. */
MUST_CHECK enum rc gateway_follow_media_link(struct op *op, struct media *media, const char *token);

/* The file of a message of the op's account, for its people: sets media->id, the name that
 * the message gives it (or NULL) and the instance. Then
 * gateway_fetch_media. RC_MISSING: there is no such message, or it has no file. */
MUST_CHECK enum rc
gateway_media_of_inbound(struct op *op, struct media *media, const char *inbound_id);

#endif
