/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_timer - what the loop does later
 *
 * A binary heap by due time. Added from any thread, run on the loop's. Memory is kept for the
 * life of the process and grows by doubling.
 */
#include <pthread.h>

#include "net/net_inside.h"

struct timer {
	int64_t due_us;
	void (*fire)(void *arg);
	void *arg;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct timer *heap;
static size_t count, room;

static void
heap_grow(void)
{
	static struct arena *arena;
	struct timer *larger;

	if (arena == NULL)
		arena = arena_new(0);
	larger = arena_array(arena, room == 0 ? 64 : 2 * room, sizeof(*larger));
	if (count > 0)
		memcpy(larger, heap, count * sizeof(*heap));
	heap = larger;
	room = room == 0 ? 64 : 2 * room;
}

static void
heap_up(size_t i)
{
	struct timer moved = heap[i];

	for (; i > 0 && heap[(i - 1) / 2].due_us > moved.due_us; i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = moved;
}

static void
heap_down(size_t i)
{
	struct timer moved = heap[i];

	for (size_t child = 2 * i + 1; child < count; i = child, child = 2 * i + 1) {
		if (child + 1 < count && heap[child + 1].due_us < heap[child].due_us)
			child++;
		if (heap[child].due_us >= moved.due_us)
			break;
		heap[i] = heap[child];
	}
	heap[i] = moved;
}

void
timer_add(int64_t due_us, void (*fire)(void *arg), void *arg)
{
	pthread_mutex_lock(&lock);
	if (count == room)
		heap_grow();
	heap[count] = (struct timer){ due_us, fire, arg };
	heap_up(count++);
	pthread_mutex_unlock(&lock);
}

int64_t
timer_next_us(void)
{
	int64_t due;

	pthread_mutex_lock(&lock);
	due = count > 0 ? heap[0].due_us : INT64_MAX;
	pthread_mutex_unlock(&lock);
	return due;
}

static bool
heap_take_due(int64_t now_us, struct timer *out)
{
	bool due;

	pthread_mutex_lock(&lock);
	due = count > 0 && heap[0].due_us <= now_us;
	if (due) {
		*out = heap[0];
		heap[0] = heap[--count];
		if (count > 0)
			heap_down(0);
	}
	pthread_mutex_unlock(&lock);
	return due;
}

void
timer_run(int64_t now_us)
{
	struct timer timer;

	while (heap_take_due(now_us, &timer))
		timer.fire(timer.arg);
}

void
timer_clear(void)
{
	pthread_mutex_lock(&lock);
	count = 0;
	pthread_mutex_unlock(&lock);
}
