/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line per finished piece of work, written by one write(2) so that lines of many processes
 * in one file never mix. Control characters and what is not UTF-8 are escaped here, for every
 * caller.
 */
#include "core/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096 };

static const char *const level_texts[LOG__MAX] = {
	[LOG_ERROR] = "error",
	[LOG_WARN] = "warn",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

static struct {
	pthread_rwlock_t lock; /* the descriptor against reopening */
	int fd;
	enum log_level level;
	char program[40], path[512];
} sink = { .lock = PTHREAD_RWLOCK_INITIALIZER, .fd = 2, .level = LOG_INFO, .program = "wagate" };

void
log_open(const char *program, const char *path, enum log_level level)
{
	snprintf(sink.program, sizeof(sink.program), "%s", program);
	snprintf(sink.path, sizeof(sink.path), "%s", path == NULL ? "" : path);
	sink.level = level;
	log_reopen();
}

void
log_reopen(void)
{
	int fd;

	if (sink.path[0] == '\0')
		return;
	fd = open(sink.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0) {
		log_line(LOG_WARN, "event=log_closed path=%s why=\"%m\"", sink.path);
		return;
	}
	pthread_rwlock_wrlock(&sink.lock);
	if (sink.fd > 2)
		close(sink.fd);
	sink.fd = fd;
	pthread_rwlock_unlock(&sink.lock);
}

/* Escape what could forge or break a line; returns the new length. */
static size_t
log_clean(char *out, size_t room, const char *text)
{
	bool utf8 = text_is_utf8(bytes_of(text));
	size_t n = 0;

	for (; *text != '\0' && n + 5 < room; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8))
			n += (size_t)snprintf(out + n, room - n, "\\x%02x", c);
		else
			out[n++] = (char)c;
	}
	return n;
}

void
log_line(enum log_level level, const char *format, ...)
{
	char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES + 128];
	struct timespec t;
	size_t n;
	va_list args;

	if (level > sink.level)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	clock_gettime(CLOCK_REALTIME, &t);
	n = clock_write_ms(line, (struct instant){ t.tv_sec * SECOND_MS + t.tv_nsec / 1000000 });
	n += (size_t)snprintf(line + n, sizeof(line) - n, " %s %s ", level_texts[level],
			      sink.program);
	n += log_clean(line + n, sizeof(line) - n - 1, text);
	line[n++] = '\n';
	pthread_rwlock_rdlock(&sink.lock);
	if (write(sink.fd, line, n) < 0 && sink.fd != 2)
		(void)!write(2, line, n);
	pthread_rwlock_unlock(&sink.lock);
}

/* Our own trouble is for the operator; what a caller did wrong is everyday. */
static enum log_level
log_level_of(enum rc rc)
{
	if (rc == RC_INTERNAL)
		return LOG_ERROR;
	return rc == RC_BUSY || rc == RC_UPSTREAM ? LOG_WARN : LOG_INFO;
}

void
log_op(const struct op *op, const char *verb, enum rc rc, int64_t us)
{
	/* A refusal that was answered in its own shape is no failure of the op, but has a why. */
	bool failed = op->why[0] != '\0';

	log_line(log_level_of(rc), "req=%s account=%s actor=%s verb=\"%s\" rc=%s us=%lld%s%s%s%s%s",
		 op->request_id, op->account_id != NULL ? op->account_id : "-",
		 op->actor != NULL ? op->actor : "-", verb, rc_text(rc), (long long)us,
		 failed && op->code[0] != '\0' ? " code=" : "", failed ? op->code : "",
		 failed ? " why=\"" : "", failed ? op->why : "", failed ? "\"" : "");
}
