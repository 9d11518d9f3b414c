/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_MULTIPART_H
#define WEB_MULTIPART_H

#include "core/op.h"

/*
 * multipart/form-data (RFC 7578), taken apart while it arrives: what a part holds is passed on in
 * pieces and kept nowhere, so a part may be of any size.
 */
enum { MULTIPART_PARTS_MAX = 32, MULTIPART_HEAD_MAX = 4096, MULTIPART_BOUNDARY_MAX = 70 };

struct multipart_part {
	const char *name;
	const char *filename; /* NULL: a plain field */
	const char *type;     /* Content-Type with its parameters; NULL: none */
};

/* Called in this order for each part; a failure of theirs is multipart_feed's. */
struct multipart_taker {
	enum rc (*begin)(void *arg, const struct multipart_part *part);
	enum rc (*data)(void *arg, struct bytes piece); /* never empty; any number of times */
	enum rc (*end)(void *arg);
};

struct multipart;

/* All of these: RC_INPUT with a sentence and the code "body" for what is no such document. */

/* content_type: the request's header, which names the boundary. */
MUST_CHECK enum rc multipart_new(struct op *op, struct multipart **out, const char *content_type,
				 const struct multipart_taker *taker, void *arg);
/* The document in pieces, cut anywhere; what follows its last boundary is ignored. */
MUST_CHECK enum rc multipart_feed(struct multipart *m, struct bytes piece);
/* The document is here: was it whole? */
MUST_CHECK enum rc multipart_end(struct multipart *m);

#endif
