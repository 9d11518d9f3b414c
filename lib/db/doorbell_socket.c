/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker's doorbell: an empty datagram to its socket after a commit. A ring that is lost
 * (no worker, a full queue) costs nothing but the worker's next poll: the work is in the
 * database.
 */
#include "db/doorbell_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include "db/db.h"
#include "db/run_socket.h"

static const char socket_name[] = "doorbell.sock";

/* Connected anew each time: a restarted worker has a new socket under the old name. */
void
doorbell_ring(void)
{
	int fd = run_socket_connect(socket_name, SOCK_DGRAM);

	if (fd < 0)
		return;
	(void)!send(fd, "", 0, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

void
db_doorbell_hide(void)
{
	run_socket_hide(socket_name);
}

bool
db_doorbell_is_heard(void)
{
	int fd = run_socket_connect(socket_name, SOCK_DGRAM);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int
db_doorbell_open(void)
{
	return run_socket_bind(socket_name, SOCK_DGRAM);
}

void
db_doorbell_drain(int fd)
{
	char ring;

	while (recv(fd, &ring, sizeof(ring), MSG_DONTWAIT) >= 0)
		;
}
