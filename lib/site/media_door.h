/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_MEDIA_DOOR_H
#define SITE_MEDIA_DOOR_H

#include "web/web.h"

/* Handlers of media's addresses; their parameters are called phone_number_id, media_id, token, id.
 */
MUST_CHECK enum rc media_post(struct web *web);     /* an upload, in either dialect */
MUST_CHECK enum rc media_bytes(struct web *web);    /* a download by id */
MUST_CHECK enum rc media_linked(struct web *web);   /* a download by an address of ours */
MUST_CHECK enum rc media_received(struct web *web); /* the file of a message, for people */

/* An object below a version: media, or another of the account's. */
MUST_CHECK enum rc media_object_get(struct web *web);
MUST_CHECK enum rc media_object_post(struct web *web);
MUST_CHECK enum rc media_object_delete(struct web *web);

#endif
