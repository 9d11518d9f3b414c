/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_UPLOAD_H
#define SITE_UPLOAD_H

#include "domain/media_kind.h"
#include "gateway/media_file.h"
#include "site/site.h"

enum {
	UPLOAD_FIELDS_MAX = 24,
	UPLOAD_TEXT_MAX = 16 << 10,
	UPLOAD_BODY_MAX = MEDIA_BYTES_MAX + (1 << 20)
};

/* A form of a page with fields and at most one file ("file"), behind GATE_UPLOAD. */
struct upload {
	struct upload_field {
		const char *name, *value;
	} fields[UPLOAD_FIELDS_MAX];
	size_t n;
	struct media_file file; /* size 0: none was chosen */
	const char *filename, *type;
};

/* Read it as it arrives. Its first part is csrf_token: RC_DENIED where that is missing or wrong,
 * before anything else is read. RC_INPUT with op->code "file": too large for its type, or of a
 * type that WhatsApp does not take; then all fields that came before it are there. */
MUST_CHECK enum rc upload_read(struct web *web, struct upload *out);
/* A field as it came, "" when it did not. */
const char *upload_value(const struct upload *upload, const char *name);

#endif
