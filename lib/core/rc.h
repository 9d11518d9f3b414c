/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RC_H
#define CORE_RC_H

/*
 * What can come of anything that can fail. The web skeleton maps rc to an HTTP
 * status once (site/problem.c), the worker to a job's outcome once.
 */
enum rc {
	RC_OK,
	RC_INPUT,    /* the caller's data is wrong: 422 or 400 */
	RC_AUTH,     /* who are you: 401 */
	RC_DENIED,   /* not for you: 403 */
	RC_MISSING,  /* no such thing: 404 */
	RC_CONFLICT, /* not in this state: 409 */
	RC_LIMIT,    /* too much or too often: 429 */
	RC_BUSY,     /* not now, certainly nothing happened: 503 */
	RC_UPSTREAM, /* the other side failed: 502 */
	RC_INTERNAL, /* our fault: 500 */
	RC__MAX
};

/* The word for an rc in logs ("ok", "input", ...). */
const char *rc_text(enum rc rc);

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NORETURN __attribute__((noreturn))

/* Return from the calling function when a step fails. Nothing needs freeing by hand. */
#define TRY(call)                         \
	do {                              \
		enum rc try_rc_ = (call); \
		if (try_rc_ != RC_OK)     \
			return try_rc_;   \
	} while (0)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Cannot run: bad configuration, no memory. Logs and exits 1; the supervisor restarts. */
NORETURN void fatal(const char *format, ...) PRINTF_LIKE(1, 2);

/* Cannot be. Logs the place and aborts. Use through bug() and expect(). */
NORETURN void bug_at(const char *file, int line, const char *format, ...) PRINTF_LIKE(3, 4);

#define bug(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
#define expect(cond) ((cond) ? (void)0 : bug_at(__FILE__, __LINE__, "expected: %s", #cond))

#endif
