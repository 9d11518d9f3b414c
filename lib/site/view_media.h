/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_MEDIA_H
#define SITE_VIEW_MEDIA_H

#include "domain/message.h"
#include "site/site.h"

/* The file of a message from a person. */
struct media_view {
	const char *url;                /* gives the bytes to the account's people; NULL: nobody has
					   them any longer */
	const char *type, *size, *name; /* as far as known */
	const char *note;               /* why it is not here (yet), or NULL */
	bool is_image, is_film, is_sound; /* a browser can show it, and it is to be had */
};
extern const struct shape media_view_shape[];

/* *out is NULL when the message has no file. */
MUST_CHECK enum rc
view_media(struct web *web, const struct media_view **out, const struct inbound *inbound);

#endif
