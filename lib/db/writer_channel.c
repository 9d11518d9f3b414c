/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending and receiving packets whole. What arrives is checked here: sizes against the head,
 * a memfd against its seals, so that a body cannot shrink or change while it is read.
 */
#include "db/writer_channel.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static bool
write_all(int fd, struct bytes b)
{
	while (b.n > 0) {
		ssize_t n = write(fd, b.p, b.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		b.p += n;
		b.n -= (size_t)n;
	}
	return true;
}

static int
seal_parts(const struct bytes *parts, size_t n)
{
	int fd = memfd_create("wagate-batch", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	bool ok = fd >= 0;

	for (size_t i = 0; i < n && ok; i++)
		ok = write_all(fd, parts[i]);
	if (ok && fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void
attach(struct msghdr *message, union control *control, int fd)
{
	struct cmsghdr *c;

	*control = (union control){ 0 };
	message->msg_control = control->bytes;
	message->msg_controllen = sizeof(control->bytes);
	c = CMSG_FIRSTHDR(message);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
}

static enum channel_end
send_message(int fd, const struct msghdr *message)
{
	ssize_t n;

	do
		n = sendmsg(fd, message, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? CHANNEL_CLOSED : CHANNEL_OK;
}

static enum channel_end
send_sealed(int fd, struct packet_head *head, const struct bytes *parts, size_t n)
{
	struct iovec one = { head, sizeof(*head) };
	struct msghdr message = { .msg_iov = &one, .msg_iovlen = 1 };
	union control control;
	int sealed = seal_parts(parts, n);
	enum channel_end end;

	if (sealed < 0)
		return CHANNEL_CLOSED;
	attach(&message, &control, sealed);
	end = send_message(fd, &message);
	close(sealed);
	return end;
}

enum channel_end
channel_send(int fd, struct packet_head *head, const struct bytes *parts, size_t n)
{
	struct iovec iov[CHANNEL_PARTS + 1];
	struct msghdr message = { .msg_iov = iov, .msg_iovlen = n + 1 };

	expect(n <= CHANNEL_PARTS);
	head->body = 0;
	iov[0] = (struct iovec){ head, sizeof(*head) };
	for (size_t i = 0; i < n; i++) {
		head->body += parts[i].n;
		iov[i + 1] = (struct iovec){ (void *)(uintptr_t)parts[i].p, parts[i].n };
	}
	if (head->body > CHANNEL_ROOM)
		return send_sealed(fd, head, parts, n);
	return send_message(fd, &message);
}

/* The descriptor that came along, or -1. Descriptors are closed on exec by the kernel. */
static int
attached(struct msghdr *message)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	int fd = -1;

	if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(int));
	return fd;
}

static bool
map_sealed(struct packet *out, int fd)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) != 0 ||
	    (uint64_t)st.st_size != out->head.body || out->head.body > CHANNEL_BODY_MAX)
		return false;
	out->mapping = mmap(NULL, out->head.body, PROT_READ, MAP_PRIVATE, fd, 0);
	if (out->mapping == MAP_FAILED) {
		out->mapping = NULL;
		return false;
	}
	out->body = bytes_slice(out->mapping, out->head.body);
	return true;
}

static bool
open_packet(struct packet *out, size_t received, int fd, unsigned char *room)
{
	if (received < sizeof(out->head))
		return false;
	received -= sizeof(out->head);
	if (fd >= 0)
		return received == 0 && map_sealed(out, fd);
	out->body = bytes_slice(room, received);
	return out->head.body == received;
}

enum channel_end
channel_receive(int fd, struct packet *out, unsigned char *room)
{
	struct iovec iov[2] = { { &out->head, sizeof(out->head) }, { room, CHANNEL_ROOM } };
	union control control = { 0 };
	struct msghdr message = { .msg_iov = iov,
				  .msg_iovlen = 2,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	ssize_t n;
	bool ok;
	int came;

	*out = (struct packet){ .mapping = NULL };
	do
		n = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return CHANNEL_NOTHING;
	if (n <= 0)
		return CHANNEL_CLOSED;
	came = attached(&message);
	ok = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 &&
	     open_packet(out, (size_t)n, came, room);
	if (came >= 0)
		close(came);
	return ok ? CHANNEL_OK : CHANNEL_CLOSED;
}

void
channel_release(struct packet *packet)
{
	if (packet->mapping != NULL)
		munmap(packet->mapping, packet->head.body);
	packet->mapping = NULL;
	packet->body = (struct bytes){ NULL, 0 };
}
