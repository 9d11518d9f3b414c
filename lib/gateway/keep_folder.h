/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_KEEP_FOLDER_H
#define GATEWAY_KEEP_FOLDER_H

#include "core/op.h"

/*
 * DATA/media: files that people sent, kept by the SHA-256 of their content (ab/cd/abcd...), and
 * what is arriving. A name stands only once all of it is on the disk.
 */

/* A file that arrives: it has a name in DATA/media/incoming until it is kept or dropped. */
struct incoming {
	int fd;           /* -1: none */
	const char *path; /* in the op's arena */
};

/* Begin one; name is a row's id. RC_BUSY: no room, no descriptors; RC_INTERNAL: the folder cannot
 * be used. */
MUST_CHECK enum rc keep_folder_begin(struct op *op, struct incoming *out, const char *name);
/* 0, or errno. */
int keep_folder_add(struct incoming *file, struct bytes piece);
void keep_folder_drop(struct incoming *file);

/* Move it, durably, to the place that `kept` (of keep_folder_path) names. Waits for the disk, and
 * is for any thread; 0, or errno, and then it is still where it was. */
int keep_folder_keep(struct incoming *file, const char *kept);

/* The place of a content; hash is hex as ours are. */
const char *keep_folder_path(struct arena *arena, const char *hash);
/* Open it for reading, until the op ends; RC_MISSING: it is not there. */
MUST_CHECK enum rc keep_folder_open(struct op *op, int *fd, int64_t *size, const char *hash);
/* RC_OK also where there is none. */
MUST_CHECK enum rc keep_folder_remove(struct op *op, const char *hash);

/* Remove what a process that died left behind; nobody else may be fetching. */
void keep_folder_sweep(struct op *op);

/* Is less of the disk free than [media] min_free_mib, so that nothing is fetched? *mib: what is
 * free; -1: it cannot be told. */
bool keep_folder_is_short(struct op *op, int64_t *mib);

#endif
