/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_MEDIA_KIND_H
#define DOMAIN_MEDIA_KIND_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What may be uploaded: Meta's kinds of media with their types and sizes
 * (developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types). One
 * size stands for both kinds of stickers: which one it is, the type does not say.
 */
struct media_kind {
	const char *name; /* "image" */
	int64_t max_bytes;
};

enum { MEDIA_BYTES_MAX = 100 << 20 }; /* the largest of any kind */

/* By a Content-Type, whose parameters do not count; NULL: Meta takes no such image, audio or
 * video. Every other type is a document. */
const struct media_kind *media_kind_of(const char *type);

/* What media_kind_of knows beyond documents, for people. */
extern const char media_types[];

/* type/subtype and perhaps parameters in printable ASCII (RFC 9110 8.3.1), at most 127 bytes: may
 * stand in a header. NULL is none. */
bool media_type_is_wellformed(const char *type);

/* May it be a provider's name of a file: stand in an address of ours, and be asked for? NULL may
 * not. */
bool media_is_id(const char *id);

#endif
