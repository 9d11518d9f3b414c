/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spoken - what a process remembers of the conversations it has read
 *
 * Two facts never become untrue: that there was a conversation, and that the person said something
 * at a time. So most sends, which go to people written to before, need not ask the database. What
 * is not remembered is read. A conversation has four places, a line of the processor's memory; one
 * that needs a place takes that of the least recently asked for. Conversations are told apart by 64
 * bits of a hash that begins differently in every process.
 */
#include "gateway/spoken.h"

#include <pthread.h>

#include "core/secret.h"

enum { SETS = 1 << 14, PLACES = 4 };

struct slot {
	uint64_t hash; /* 0: empty */
	int64_t heard_ms;
};

static struct {
	pthread_mutex_t lock;
	pthread_once_t once;
	uint64_t seed;
	/* In each set the most recently asked for first. */
	_Alignas(PLACES * sizeof(struct slot)) struct slot sets[SETS][PLACES];
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
set_of(uint64_t hash)
{
	return memory.sets[(hash ^ hash >> 32) % SETS];
}

/* With the lock held: the conversation's slot, brought to the front of its set; NULL: there is
 * none. */
static struct slot *
find(uint64_t hash)
{
	struct slot *set = set_of(hash), found;

	for (size_t i = 0; i < PLACES; i++) {
		if (set[i].hash != hash)
			continue;
		found = set[i];
		memmove(set + 1, set, i * sizeof(*set));
		set[0] = found;
		return set;
	}
	return NULL;
}

static void
add(struct slot slot)
{
	struct slot *set = set_of(slot.hash);

	memmove(set + 1, set, (PLACES - 1) * sizeof(*set));
	set[0] = slot;
}

void
spoken_note(const struct spoken_with *with, struct instant heard_at)
{
	uint64_t hash = hash_of(with);
	struct slot *slot;

	pthread_mutex_lock(&memory.lock);
	slot = find(hash);
	if (slot == NULL)
		add((struct slot){ hash, heard_at.ms });
	else if (slot->heard_ms < heard_at.ms)
		slot->heard_ms = heard_at.ms;
	pthread_mutex_unlock(&memory.lock);
}

bool
spoken_find(const struct spoken_with *with, struct instant *heard_at)
{
	uint64_t hash = hash_of(with);
	const struct slot *slot;

	pthread_mutex_lock(&memory.lock);
	slot = find(hash);
	if (slot != NULL)
		heard_at->ms = slot->heard_ms;
	pthread_mutex_unlock(&memory.lock);
	return slot != NULL;
}
