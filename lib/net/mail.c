/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail - letters in a queue, and one thread that sends them
 *
 * A mail server may take half a minute to answer, so letters do not go through the loop of calls
 * out: one thread sends them one after another over one connection. It is started by the first
 * letter, so programs that send none have none.
 */
#include "net/mail.h"

#include <pthread.h>
#include <signal.h>

#include "core/settings.h"
#include "net/net.h"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct letter *first, *last;
	bool started, stopping;
	pthread_t thread;
} post = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

void
mail_send(struct letter *letter)
{
	struct bytes text;

	letter->outcome = MAIL_REFUSED;
	if (mail_compose(letter->op, &text, letter) != RC_OK)
		letter->words = arena_dup(letter->op->arena, letter->op->why);
	else if (text_empty(settings()->mail_smtp_url))
		mail_to_file(letter, text);
	else
		mail_by_smtp(letter, text);
}

bool
mail_is_stopping(void)
{
	bool stopping;

	pthread_mutex_lock(&post.lock);
	stopping = post.stopping;
	pthread_mutex_unlock(&post.lock);
	return stopping;
}

static void
tell(void *arg)
{
	struct letter *letter = arg;

	letter->done(letter, letter->arg);
}

static struct letter *
take(void)
{
	struct letter *letter;

	pthread_mutex_lock(&post.lock);
	while (post.first == NULL && !post.stopping)
		pthread_cond_wait(&post.changed, &post.lock);
	letter = post.stopping ? NULL : post.first;
	if (letter != NULL)
		post.first = letter->next;
	pthread_mutex_unlock(&post.lock);
	return letter;
}

static void *
run(void *arg)
{
	struct letter *letter;

	(void)arg;
	while ((letter = take()) != NULL) {
		mail_send(letter);
		if (!mail_is_stopping())
			net_after(0, tell, letter);
	}
	mail_hang_up();
	return NULL;
}

/* With the lock. Signals are the program's business. */
static void
start(void)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&post.thread, NULL, run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		fatal("cannot start the thread of mail: %s", strerror(error));
	post.started = true;
}

void
mail_submit(struct letter *letter, void (*done)(struct letter *letter, void *arg), void *arg)
{
	letter->done = done;
	letter->arg = arg;
	letter->next = NULL;
	pthread_mutex_lock(&post.lock);
	if (post.first == NULL)
		post.first = letter;
	else
		post.last->next = letter;
	post.last = letter;
	if (!post.started)
		start();
	pthread_cond_signal(&post.changed);
	pthread_mutex_unlock(&post.lock);
}

void
mail_stop(void)
{
	bool started;

	pthread_mutex_lock(&post.lock);
	started = post.started;
	post.stopping = started;
	pthread_cond_signal(&post.changed);
	pthread_mutex_unlock(&post.lock);
	if (!started)
		return;
	pthread_join(post.thread, NULL);
	pthread_mutex_lock(&post.lock);
	post.first = NULL;
	post.started = post.stopping = false;
	pthread_mutex_unlock(&post.lock);
}
