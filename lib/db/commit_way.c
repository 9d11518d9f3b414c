/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who commits for this process: [database] writer. "auto" is for the command line and plain
 * CGI, which are short: they take the daemon where one answers and do it themselves where
 * there certainly is none. A long-running program must not turn inline because the daemon was
 * just being restarted, and says so by db_require_writer.
 */
#include "db/commit_way.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/settings.h"
#include "core/text.h"
#include "db/db.h"
#include "db/writer_client.h"

enum way { WAY_UNKNOWN, WAY_SOCKET, WAY_INLINE };

static struct {
	pthread_mutex_t deciding;
	_Atomic enum way way;
	bool required;
} chosen = { .deciding = PTHREAD_MUTEX_INITIALIZER };

void
db_require_writer(bool required)
{
	chosen.required = required;
}

static enum way
choose(void)
{
	const char *word = settings()->database_writer;

	if (text_equal(word, "inline"))
		return WAY_INLINE;
	if (text_equal(word, "socket") || chosen.required)
		return WAY_SOCKET;
	return client_reachable() ? WAY_SOCKET : WAY_INLINE;
}

bool
way_is_inline(void)
{
	if (chosen.way == WAY_UNKNOWN) {
		pthread_mutex_lock(&chosen.deciding);
		if (chosen.way == WAY_UNKNOWN)
			chosen.way = choose();
		pthread_mutex_unlock(&chosen.deciding);
	}
	return chosen.way == WAY_INLINE;
}

void
way_forget(void)
{
	chosen.way = WAY_UNKNOWN;
}
