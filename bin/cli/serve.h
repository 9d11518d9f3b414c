/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include <sys/types.h>

#include "core/json.h"

/*
 * `wagate serve`: one process that owns the listening sockets, starts lighttpd, every program,
 * the worker and the writer, and starts again whichever of them dies.
 */

/* ---- the programs and where their addresses are ---- */

/* What web servers let through as a request's body, in bytes: the largest that most programs take
 * (4 MiB, the provider's webhooks) and some room. Programs refuse by their own limit, with an
 * answer in the dialect's shape. */
enum { WEB_REQUEST_MAX = 16 << 20 };

struct web_program {
	const char *name;      /* "send-message" */
	const char *file;      /* absolute path of the .fcgi */
	const char **prefixes; /* literal beginnings of its routes, longest first */
	size_t prefix_count;
	const char **patterns; /* of its routes below a version: regular expressions */
	size_t pattern_count;
	const char **large; /* of those that take bodies over WEB_REQUEST_MAX, likewise */
	size_t large_count;
	int64_t largest; /* bytes of such a body */
	bool streams;    /* its answers may be large */
};

/* Every *.fcgi in the folder, with prefixes asked by --describe. RC_INTERNAL names the
 * program that does not answer. */
MUST_CHECK enum rc programs_find(struct op *op, struct list *out, const char *folder);

/* The simulator's program is served only where the configuration turns it on. */
bool program_is_served(const struct web_program *program);

/* One (prefix, program) pair, longest prefix first over all programs. */
struct web_prefix {
	const char *prefix;
	const struct web_program *program;
};
struct list programs_prefixes(struct op *op, const struct list *programs);

/* One (regular expression, program) pair, the narrowest first: these go before the prefixes. A
 * pattern fits a whole path, without its first slash. */
struct list programs_patterns(struct op *op, const struct list *programs);

/* Where this build's files are: the folder of the running binary's siblings. */
const char *place_of_programs(struct op *op); /* .../cgi-bin */
const char *place_of_binary(struct op *op, const char *name);
const char *place_of_static(struct op *op); /* [web] static, or the www folder that came with us */

/* ---- configuration for web servers ---- */

/* Text for lighttpd, Apache with mod_proxy_fcgi, or Apache with .htaccess and plain CGI. */
MUST_CHECK enum rc webconf_lighttpd(struct op *op, struct buf *out, const struct list *programs);
MUST_CHECK enum rc webconf_apache(struct op *op, struct buf *out, const struct list *programs);
MUST_CHECK enum rc webconf_htaccess(struct op *op, struct buf *out, const struct list *programs);

/* Path of a program's listening socket. */
const char *webconf_socket(struct op *op, const struct web_program *program);

/* ---- children ---- */

enum { CHILD_ARGS_MAX = 8, CHILDREN_MAX = 64 };

struct child {
	const char *name;
	const char *argv[CHILD_ARGS_MAX];
	int listen_fd;               /* becomes descriptor 0 (3 with socket activation); -1: none */
	bool activation;             /* hand the socket over the way systemd does */
	int stop_rank;               /* stopped in this order: 0 first */
	pid_t pid;                   /* 0: not running */
	int64_t started_us, next_us; /* started; not to be started before */
};

struct children {
	struct child all[CHILDREN_MAX];
	size_t n;
};

struct child *children_add(struct children *c, const char *name, int listen_fd, int stop_rank);
void children_start_due(struct children *c);
/* Note a death; restarts follow at once, or after a pause that grows to 1 s for one that
 * dies young. */
void children_reap(struct children *c);
/* Ask all to end, rank by rank, and wait; what is left after ms is killed. */
void children_stop(struct children *c, int64_t ms);

/* ---- the verb ---- */

struct serve_options {
	const char *bind; /* NULL: as configured */
	int64_t port;     /* 0: as configured */
	bool demo;        /* print the demo's facts and keep demo.json true */
	bool no_web;      /* another web server is in front: no lighttpd */
};
int serve_main(struct op *op, const struct serve_options *options);

/* ---- the demo ---- */

/* Bring demo.json's address up to date; RC_MISSING when this is no demo data. */
MUST_CHECK enum rc demo_refresh(struct op *op);
/* Print address, sign-in, keys and a curl line that works when pasted. */
MUST_CHECK enum rc demo_print(struct op *op);
/* Whether another address than the configured one was asked for; what was not asked for (NULL, 0)
 * becomes what is configured. */
bool demo_elsewhere(const char **bind, int64_t *port);
/* Write an address into the configuration; settings must be read again. */
MUST_CHECK enum rc demo_move(struct op *op, const char *bind, int64_t port);

/* Set `key = value` in a section of the configuration file, keeping everything else, by
 * rename. Adds the section or key where it is missing. */
MUST_CHECK enum rc config_edit(struct op *op, const char *file, const char *section,
			       const char *key, const char *value);

#endif
