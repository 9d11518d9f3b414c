/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "core/op.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG__MAX };

/* Where lines go: an open descriptor (2 by default) or a file that is opened for append;
 * the program's name is in every line. Safe to call before settings are read. */
void log_open(const char *program, const char *path, enum log_level level);

/* Reopen the file after rotation (SIGHUP). */
void log_reopen(void);

/* One line: time, level, program, then the text, which is key=value pairs. Control
 * characters are escaped, so that nothing untrusted can forge a line. One write(2). */
void log_line(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

/* The one line of a finished op: verb, rc, microseconds, and why when it failed. */
void log_op(const struct op *op, const char *verb, enum rc rc, int64_t us);

#endif
