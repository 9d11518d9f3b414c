/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_H
#define UNIT_H

/* What every unit test starts with: cmocka after what it wants before it, and deaths. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/rc.h"

/* Run deed(arg) in a child whose standard error goes nowhere: the status of waitpid. */
static inline int
status_of(void (*deed)(void *arg), void *arg)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(99);
		deed(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* fatal() ends with 1; bug() ends by SIGABRT. */
#define assert_fatal(deed, arg)                                               \
	do {                                                                  \
		int status_ = status_of(deed, arg);                           \
		assert_true(WIFEXITED(status_) && WEXITSTATUS(status_) == 1); \
	} while (0)
#define assert_bug(deed, arg)                                                      \
	do {                                                                       \
		int status_ = status_of(deed, arg);                                \
		assert_true(WIFSIGNALED(status_) && WTERMSIG(status_) == SIGABRT); \
	} while (0)

#endif
