/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_KEEP_FETCH_H
#define GATEWAY_KEEP_FETCH_H

#include <pthread.h>

#include "core/secret.h"
#include "gateway/keep_folder.h"
#include "net/net.h"
#include "provider/provider.h"

/* What is to become of a claimed row. */
enum fetch_end {
	FETCH_KEPT,   /* hash, size and mime_type are set */
	FETCH_AGAIN,  /* this file could not be had; it is tried again */
	FETCH_WRONG,  /* what came is not what was announced */
	FETCH_WAIT,   /* not the file's fault: nothing of this number is to be had for now */
	FETCH_ROOM,   /* not the file's fault: this machine's disk has no room */
	FETCH_FAILED, /* will not be had */
	FETCH_GONE    /* the provider has it no longer */
};

enum fetch_stage {
	FETCH_ASKING,  /* the provider is asked where the bytes are */
	FETCH_COMING,  /* they come */
	FETCH_KEEPING, /* they are put on the disk, by a thread */
	FETCH_OVER     /* end and words are set */
};

/* One file on its way here, in an op of its own from the claim to the commit of its outcome. */
struct fetch {
	struct fetch *next;
	struct op *op;
	struct inbound_media row;
	enum fetch_stage stage;
	bool moved; /* what the stage waits for has happened: fetch_go_on */

	enum fetch_end end;
	const char *words; /* why not, for people */
	int64_t wait_ms;   /* of FETCH_WAIT: the provider wants to be left alone so long; 0: says
			      nothing */

	/* private */
	const struct provider *provider;
	struct credentials credentials;
	struct net_call call;
	struct net_sink sink;
	struct media_object object;
	struct incoming file;
	struct secret_digest *digest;
	int64_t limit;  /* bytes */
	bool too_large; /* the sink took no more of it */
	int error;      /* errno of the sink, then of the thread */
	pthread_t thread;
	const char *kept; /* where the file is going to be */
};

/* Begin with a claimed row, which is copied; instance NULL: it is gone. Over at once when it cannot
 * even begin. */
struct fetch *fetch_begin(const struct inbound_media *row, const struct instance *instance);
/* After moved: the next stage. */
void fetch_go_on(struct fetch *fetch);
/* Its thread ends, if it has one, and what has come of it goes; nothing else may be asked of it. */
void fetch_stop(struct fetch *fetch);
/* Settled: what is left of it goes. */
void fetch_end(struct fetch *fetch);

#endif
