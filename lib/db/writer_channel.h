/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_WRITER_CHANNEL_H
#define DB_WRITER_CHANNEL_H

#include "core/text.h"

/*
 * Packets between programs and the writer, over SOCK_SEQPACKET in the run folder. A client
 * sends one HELLO, then one BATCHES at a time, and the next after its REPLIES; PING at any
 * time. A body that is larger than CHANNEL_ROOM travels as a sealed memfd beside the head: a
 * message larger than the socket's buffer would be refused.
 */
#define CHANNEL_SOCKET "writer.sock"

enum packet_kind {
	PACKET_HELLO = 1, /* body: fingerprint, session; number: in doubt, 0 none */
	PACKET_WELCOME,   /* number: the one in doubt if it was committed, body its replies */
	PACKET_REFUSED,   /* body: a sentence */
	PACKET_BATCHES,   /* count batches; number: larger than the one before */
	PACKET_REPLIES,   /* one for each, in order */
	PACKET_PING,
	PACKET_PONG
};

enum { SESSION_LEN = 32 }; /* hex digits */

enum { CHANNEL_ROOM = 64 << 10, CHANNEL_PARTS = 256, CHANNEL_BODY_MAX = 64 << 20 };

struct packet_head {
	uint32_t kind, count;
	uint64_t number;
	uint64_t body; /* bytes */
};

/* A received packet. body points into the room given or into a mapping. */
struct packet {
	struct packet_head head;
	struct bytes body;
	void *mapping;
};

enum channel_end { CHANNEL_OK, CHANNEL_NOTHING, CHANNEL_CLOSED };

/* Send without waiting. head->body is filled in. CHANNEL_CLOSED: nothing was sent. */
enum channel_end
channel_send(int fd, struct packet_head *head, const struct bytes *parts, size_t n);

/* Receive without waiting, with CHANNEL_ROOM bytes of room. A packet that is not what it says
 * is CHANNEL_CLOSED: nobody talks on after one. */
enum channel_end channel_receive(int fd, struct packet *out, unsigned char *room);

/* Unmap; the body is gone afterwards. */
void channel_release(struct packet *packet);

#endif
