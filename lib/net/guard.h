/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include <sys/socket.h>

#include "core/op.h"

/*
 * Which addresses a customer's URL may reach. Checked on every address of the name before a
 * connection is made and again on the socket (net), and on the URL's text when it is saved,
 * for an early answer.
 */

/* Parse [destinations] allow; RC_INPUT names the wrong item. Called by net_start. */
MUST_CHECK enum rc guard_configure(struct op *op, const char *allow);

/* NULL when the address may be called, else the reason in words ("a private address
 * (10.0.0.0/8)"). IPv4-mapped IPv6 is judged by the IPv4 address in it; 6to4, Teredo and NAT64
 * forms are refused, whatever they embed. */
const char *guard_address(const struct sockaddr *address);

/* True when the operator's list names the address: only such may be called by plain http. */
bool guard_is_allowed(const struct sockaddr *address);

/*
 * Judge a URL's text: https (http only to allowed private destinations), no credentials, port
 * 80, 443 or 1024 and up, at most 2048 bytes, a host that is no forbidden literal in any
 * spelling. RC_INPUT with a sentence otherwise. Does not resolve names: "localhost" counts as
 * loopback, any other name is judged when it is called.
 */
MUST_CHECK enum rc guard_url(struct op *op, const char *url);

#endif
