/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spoken - what a process remembers of the conversations it has read
 *
 * Two facts never become untrue: that there was a conversation, and that the person said something
 * at a time. So most sends, which go to people written to before, need not ask the database. What
 * is not remembered is read; a later conversation may take an earlier one's place. Conversations
 * are told apart by 64 bits of a hash that begins differently in every process.
 */
#include "gateway/spoken.h"

#include <pthread.h>

#include "core/secret.h"

enum { SLOTS = 1 << 14 };

struct slot {
	uint64_t hash; /* 0: empty */
	int64_t heard_ms;
};

static struct {
	pthread_mutex_t lock;
	pthread_once_t once;
	uint64_t seed;
	struct slot slots[SLOTS];
} memory = { .lock = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT };

static void
make_seed(void)
{
	secret_noise(&memory.seed, sizeof(memory.seed));
}

/* FNV-1a, the text's end included. */
static uint64_t
hash_on(uint64_t hash, const char *text)
{
	do
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	while (*text++ != '\0');
	return hash;
}

static uint64_t
hash_of(const struct spoken_with *with)
{
	uint64_t hash;

	pthread_once(&memory.once, make_seed);
	hash = hash_on(memory.seed, with->account_id);
	hash = hash_on(hash, with->instance_id);
	hash = hash_on(hash, with->recipient);
	return hash == 0 ? 1 : hash;
}

/* The low bits of a product know only the low bits of its factors. */
static struct slot *
slot_of(uint64_t hash)
{
	return &memory.slots[(hash ^ hash >> 32) % SLOTS];
}

void
spoken_note(const struct spoken_with *with, struct instant heard_at)
{
	uint64_t hash = hash_of(with);
	struct slot *slot = slot_of(hash);

	pthread_mutex_lock(&memory.lock);
	if (slot->hash != hash)
		*slot = (struct slot){ hash, heard_at.ms };
	else if (slot->heard_ms < heard_at.ms)
		slot->heard_ms = heard_at.ms;
	pthread_mutex_unlock(&memory.lock);
}

bool
spoken_find(const struct spoken_with *with, struct instant *heard_at)
{
	uint64_t hash = hash_of(with);
	const struct slot *slot = slot_of(hash);
	bool found;

	pthread_mutex_lock(&memory.lock);
	found = slot->hash == hash;
	if (found)
		heard_at->ms = slot->heard_ms;
	pthread_mutex_unlock(&memory.lock);
	return found;
}
