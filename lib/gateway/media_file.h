/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_MEDIA_FILE_H
#define GATEWAY_MEDIA_FILE_H

#include "core/op.h"

/* A file without a name in DATA/media, gone with its last descriptor. */
struct media_file {
	int fd; /* ends with the op that opened it */
	int64_t size;
};

/* An empty one. RC_BUSY: no room, no descriptors; RC_INTERNAL: the folder cannot be used. */
MUST_CHECK enum rc media_file_open(struct op *op, struct media_file *out);
/* Append; RC_BUSY: the disk is full. */
MUST_CHECK enum rc media_file_add(struct op *op, struct media_file *file, struct bytes piece);

#endif
