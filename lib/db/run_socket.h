/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_RUN_SOCKET_H
#define DB_RUN_SOCKET_H

#include <stdbool.h>

/*
 * Unix sockets in the run folder. Its path may be longer than a socket's address (108 bytes):
 * the address then goes through a descriptor of the folder. Descriptors are non-blocking and
 * closed on exec. -1 with errno when it cannot be.
 */
int run_socket_connect(const char *name, int type);

/* Removes what a predecessor left; mode 0660. */
int run_socket_bind(const char *name, int type);

/* Take the name away: nobody connects any more. */
void run_socket_hide(const char *name);

#endif
