/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_DOORBELL_SOCKET_H
#define DB_DOORBELL_SOCKET_H

/* Tell the worker that there is work. Never waits; nobody there is fine. */
void doorbell_ring(void);

#endif
