/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_ledger - what went through the simulator, the newest SIM_KEPT messages
 *
 * A ring of pages with an arena each: the oldest page is given up as a whole. A message is
 * named by its serial, so that somebody who comes late for one that is gone finds nothing
 * rather than another.
 */
#include <pthread.h>

#include "gateway/sim_inside.h"

enum { PAGE = 256, PAGES = SIM_KEPT / PAGE };

struct page {
	struct arena *arena;
	struct sim_message messages[PAGE];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct page *pages[PAGES];
static uint64_t newest, oldest = 1, epoch;

static struct page **
page_of(uint64_t serial)
{
	return &pages[serial / PAGE % PAGES];
}

static struct sim_message *
slot_of(uint64_t serial)
{
	return serial >= oldest && serial <= newest && *page_of(serial) != NULL
		       ? &(*page_of(serial))->messages[serial % PAGE]
		       : NULL;
}

static struct page *
page_renew(uint64_t serial)
{
	struct arena *arena = arena_new(0);
	struct page *page = arena_alloc(arena, sizeof(*page));

	if (*page_of(serial) != NULL) {
		arena_free((*page_of(serial))->arena);
		oldest =
			serial - (PAGES - 1) * PAGE > oldest ? serial - (PAGES - 1) * PAGE : oldest;
	}
	page->arena = arena;
	*page_of(serial) = page;
	return page;
}

uint64_t
sim_ledger_add(const struct sim_message *message)
{
	struct page *page;
	struct sim_message *kept;
	uint64_t serial;

	pthread_mutex_lock(&lock);
	serial = ++newest;
	page = *page_of(serial);
	if (serial % PAGE == 0 || page == NULL)
		page = page_renew(serial);
	kept = &page->messages[serial % PAGE];
	*kept = *message;
	kept->serial = serial;
	kept->id = arena_dup(page->arena, message->id);
	kept->phone_number_id = arena_dup(page->arena, message->phone_number_id);
	kept->person = arena_dup(page->arena, message->person);
	kept->asked_for = arena_dup(page->arena, message->asked_for);
	kept->name = arena_dup(page->arena, message->name);
	kept->payload = arena_dup(page->arena, message->payload);
	pthread_mutex_unlock(&lock);
	return serial;
}

size_t
sim_ledger_status(uint64_t serial, const char *status, struct instant at, int64_t error_code)
{
	struct sim_message *message;
	size_t index = SIM_STATUSES_MAX;

	pthread_mutex_lock(&lock);
	message = slot_of(serial);
	if (message != NULL && message->status_count < SIM_STATUSES_MAX) {
		index = message->status_count++;
		message->statuses[index] = (struct sim_status){ status, at, 0 };
		if (error_code != 0)
			message->error_code = error_code;
	}
	pthread_mutex_unlock(&lock);
	return index;
}

void
sim_ledger_answered(uint64_t serial, size_t index, int webhook_status)
{
	struct sim_message *message;

	pthread_mutex_lock(&lock);
	message = slot_of(serial);
	if (message != NULL && index < message->status_count)
		message->statuses[index].webhook_status = webhook_status;
	pthread_mutex_unlock(&lock);
}

uint64_t
sim_ledger_epoch(void)
{
	return __atomic_load_n(&epoch, __ATOMIC_ACQUIRE);
}

void
sim_ledger_reset(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < PAGES; i++) {
		if (pages[i] != NULL)
			arena_free(pages[i]->arena);
		pages[i] = NULL;
	}
	oldest = newest + 1;
	__atomic_add_fetch(&epoch, 1, __ATOMIC_ACQ_REL);
	pthread_mutex_unlock(&lock);
}

void
sim_ledger_walk(bool (*see)(void *arg, const struct sim_message *message), void *arg)
{
	pthread_mutex_lock(&lock);
	for (uint64_t serial = newest; serial >= oldest && serial > 0; serial--)
		if (!see(arg, slot_of(serial)))
			break;
	pthread_mutex_unlock(&lock);
}
