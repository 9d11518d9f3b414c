/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the benchmark's stand-ins share: an HTTP/1.1 server that costs as little as possible. */
struct service {
	int port;               /* on 127.0.0.1 */
	const char *cert, *key; /* PEM files; NULL: plain HTTP */
	long long delay_ms;     /* from request to answer */
	/* While *held is not 0, answers wait; NULL: never. Another process may change it. */
	const volatile uint64_t *held;
	/* A whole request has come: its head and body, text[n] is 0. May be NULL. */
	void (*arrived)(const char *text, size_t n);
	/* Write the answer's JSON body; returns its length. */
	int (*answer)(char *out, size_t size);
};

/* Serves for ever; ends the process with a sentence when it cannot begin. */
void service_run(const struct service *service) __attribute__((noreturn));

#endif
