/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_WRITER_DESK_H
#define DB_WRITER_DESK_H

#include "db/sqlite_group.h"
#include "db/writer_channel.h"

/*
 * The writer daemon's desk: the packets that have arrived and who waits for their answers. One
 * thread.
 */
enum { PEERS_MAX = 512 };

/* A packet of batches on the desk. It outlives the peer that brought it. */
struct parcel {
	struct parcel *next;
	struct arena *arena; /* its own */
	struct packet packet;
	char session[SESSION_LEN + 1];
	struct buf replies;
};

/* A connected client. A free place has fd -1. */
struct peer {
	int fd;
	bool greeted;          /* said HELLO with our fingerprint */
	bool asked;            /* and waits for WELCOME, after this group */
	uint64_t doubt;        /* the packet it asked about */
	uint64_t number;       /* of the last packet that was taken */
	struct parcel *parcel; /* on the desk, or NULL */
	char session[SESSION_LEN + 1];
};

struct desk {
	struct conn *conn;
	struct peer peers[PEERS_MAX];
	size_t top; /* places from here on have never been used */
	struct parcel *first, **last;
	struct op *op; /* of the group that is being committed */
	int wary;      /* groups that still run guarded, after one that had to be run again */
	int64_t tidied_us;
};

/* Open the database to write. RC_BUSY with a sentence. */
MUST_CHECK enum rc desk_start(struct desk *desk, struct op *op);

/* Put a packet of batches on the desk, which takes it over. False: it is not what it says. */
bool desk_take(struct desk *desk, struct peer *peer, struct packet *packet);

/* Commit all that is on the desk by one transaction and answer everybody who waits. fatal() when
 * it is not known what is on the disk: then nobody is told anything. */
void desk_finish(struct desk *desk);

/* The replies to a session's packet, if it was committed: copied into the arena. */
bool desk_kept(struct desk *desk, struct arena *arena, const char *session, uint64_t number,
	       struct bytes *out);

/* Checkpoint and forget old replies, when due. idle: nobody has sent anything for a while. */
void desk_tidy(struct desk *desk, bool idle);
bool desk_untidy(const struct desk *desk);

void desk_drop(struct peer *peer);

#endif
