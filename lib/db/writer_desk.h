/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_WRITER_DESK_H
#define DB_WRITER_DESK_H

#include "db/sqlite_group.h"
#include "db/writer_channel.h"

/*
 * The writer daemon's desk: the group that is open and who waits for its answers. One thread.
 */
enum { PEERS_MAX = 512 };

/* A connected client. A free place has fd -1. */
struct peer {
	int fd;
	bool greeted;    /* said HELLO with our fingerprint */
	bool asked;      /* and waits for WELCOME, after this group */
	uint64_t doubt;  /* the packet it asked about */
	uint64_t number; /* of the last packet that was run */
	char session[SESSION_LEN + 1];

	/* in this group; arena is NULL for who has nothing in it */
	struct arena *arena;
	struct buf replies;
	uint32_t count;
};

struct desk {
	struct conn *conn;
	struct peer peers[PEERS_MAX];
	size_t top;      /* places from here on have never been used */
	bool used;       /* somebody has something in this group */
	bool open, lost; /* its transaction is under way; or came to nothing */
	struct op *op;   /* of the group, while it is used */
	struct group group;
	int64_t tidied_us;
};

/* Open the database to write. RC_BUSY with a sentence. */
MUST_CHECK enum rc desk_start(struct desk *desk, struct op *op);

/* Run a packet of batches in the open group, opening one if need be. False: the packet is not
 * what it says and nothing of it was run. */
bool desk_run(struct desk *desk, struct peer *peer, const struct packet *packet);

/* Commit what is open and answer everybody who has something in it. fatal() when it is not
 * known what is on the disk: then nobody is told anything. */
void desk_finish(struct desk *desk);

/* The replies to a session's packet, if it was committed: copied into the arena. */
bool desk_kept(struct desk *desk, struct arena *arena, const char *session, uint64_t number,
	       struct bytes *out);

/* Checkpoint and forget old replies, when due. idle: nobody has sent anything for a while. */
void desk_tidy(struct desk *desk, bool idle);
bool desk_untidy(const struct desk *desk);

void desk_drop(struct peer *peer);

#endif
