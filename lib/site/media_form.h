/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_MEDIA_FORM_H
#define SITE_MEDIA_FORM_H

#include "gateway/transfer_media.h"
#include "site/site.h"

/* An upload as Meta's API has it: multipart/form-data with messaging_product, type and file. */

enum {
	MEDIA_FORM_MAX = 128 << 10, /* what a form may hold beside its file */
	MEDIA_BODY_MAX = MEDIA_BYTES_MAX + MEDIA_FORM_MAX
};

/* Read the form, its file into media->file. RC_INPUT: refused, in media->send or as a failure that
 * the site answers: not such a form, a member missing or wrong, larger than Meta takes of its type
 * (as soon as that is known). RC_BUSY: no room for the file. */
MUST_CHECK enum rc media_form_read(struct web *web, struct media *media);

#endif
