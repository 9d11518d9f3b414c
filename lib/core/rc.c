/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two ways a process ends that nobody catches: fatal() when it cannot run, bug() when
 * the impossible has happened. Both leave one line in the log first.
 */
#include <stdarg.h>

#include "core/log.h"

static const char *const rc_texts[RC__MAX] = {
	[RC_OK] = "ok",
	[RC_INPUT] = "input",
	[RC_AUTH] = "auth",
	[RC_DENIED] = "denied",
	[RC_MISSING] = "missing",
	[RC_CONFLICT] = "conflict",
	[RC_LIMIT] = "limit",
	[RC_BUSY] = "busy",
	[RC_UPSTREAM] = "upstream",
	[RC_INTERNAL] = "internal",
};

const char *
rc_text(enum rc rc)
{
	return (unsigned)rc < RC__MAX ? rc_texts[rc] : "?";
}

void
fatal(const char *format, ...)
{
	char line[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	log_line(LOG_ERROR, "event=fatal why=\"%s\"", line);
	fprintf(stderr, "%s\n", line);
	exit(1);
}

void
bug_at(const char *file, int line, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_line(LOG_ERROR, "event=bug at=%s:%d why=\"%s\"", file, line, text);
	fprintf(stderr, "bug at %s:%d: %s\n", file, line, text);
	abort();
}
