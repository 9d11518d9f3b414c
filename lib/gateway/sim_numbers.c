/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_numbers - the phone numbers that the simulator sends webhooks for
 *
 * Known from DATA/simulator.json at start and from POST /_sim/subscribe later. A send for any
 * other number is accepted as well; only nobody is told what became of it. Kept for the life of
 * the process; a number that is put again replaces the former one.
 */
#include <errno.h>
#include <pthread.h>

#include "core/settings.h"
#include "gateway/sim_inside.h"

enum { NUMBERS_MAX = 256, FILE_BYTES_MAX = 262144 };

const struct shape sim_number_shape[] = {
	SHAPE(struct sim_number, phone_number_id),
	SHAPE(struct sim_number, waba_id),
	SHAPE(struct sim_number, display_phone_number),
	SHAPE(struct sim_number, verified_name),
	SHAPE_HIDDEN(struct sim_number, callback_url),
	SHAPE_HIDDEN(struct sim_number, app_secret),
	SHAPE_END,
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct arena *arena;
static struct sim_number numbers[NUMBERS_MAX];
static size_t count;

static struct sim_number
number_copy(struct arena *to, const struct sim_number *n)
{
	return (struct sim_number){
		.phone_number_id = arena_dup(to, n->phone_number_id),
		.waba_id = arena_dup(to, n->waba_id),
		.display_phone_number = arena_dup(to, n->display_phone_number),
		.verified_name = arena_dup(to, n->verified_name),
		.callback_url = arena_dup(to, n->callback_url),
		.app_secret = arena_dup(to, n->app_secret),
	};
}

static struct sim_number *
slot_of(const char *phone_number_id)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(numbers[i].phone_number_id, phone_number_id))
			return &numbers[i];
	return NULL;
}

void
sim_number_put(const struct sim_number *number)
{
	struct sim_number *slot;

	pthread_mutex_lock(&lock);
	if (arena == NULL)
		arena = arena_new(0);
	slot = slot_of(number->phone_number_id);
	/* The last slot is used again and again once all are taken. */
	if (slot == NULL)
		slot = &numbers[count < NUMBERS_MAX ? count++ : NUMBERS_MAX - 1];
	*slot = number_copy(arena, number);
	pthread_mutex_unlock(&lock);
}

bool
sim_number_find(struct op *op, struct sim_number *out, const char *phone_number_id)
{
	const struct sim_number *slot;

	pthread_mutex_lock(&lock);
	slot = phone_number_id != NULL ? slot_of(phone_number_id) : count > 0 ? &numbers[0] : NULL;
	if (slot != NULL)
		*out = number_copy(op->arena, slot);
	pthread_mutex_unlock(&lock);
	return slot != NULL;
}

struct list
sim_number_list(struct op *op, const char *waba_id)
{
	struct sim_number *rows = arena_array(op->arena, NUMBERS_MAX, sizeof(*rows));
	size_t n = 0;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < count; i++)
		if (waba_id == NULL || text_equal(numbers[i].waba_id, waba_id))
			rows[n++] = number_copy(op->arena, &numbers[i]);
	pthread_mutex_unlock(&lock);
	return (struct list){ n, rows };
}

bool
sim_number_of_waba(struct op *op, struct sim_number *out, const char *waba_id)
{
	struct list found = sim_number_list(op, waba_id);

	if (found.n > 0)
		*out = ((const struct sim_number *)found.rows)[0];
	return found.n > 0;
}

/* Meta shows numbers in this manner where the gateway's file says nothing. */
static const char *
display_of(struct op *op, const char *phone_number_id)
{
	size_t n = strlen(phone_number_id);

	return arena_printf(op->arena, "1555%.7s", phone_number_id + (n > 7 ? n - 7 : 0));
}

static bool
number_read(struct op *op, struct sim_number *out, const json_t *from)
{
	const char *callback = json_str(from, "callback_url");
	struct sim_number read = {
		.phone_number_id = json_number_text(op, from, "phone_number_id"),
		.waba_id = json_number_text(op, from, "waba_id"),
		.display_phone_number = json_number_text(op, from, "display_phone_number"),
		.verified_name = json_str(from, "verified_name"),
		.callback_url = callback,
		.app_secret = json_str(from, "app_secret"),
	};

	if (text_empty(read.phone_number_id) || text_empty(read.waba_id) ||
	    (callback != NULL && text_empty(read.app_secret)))
		return false;
	if (callback != NULL && callback[0] == '/')
		read.callback_url = arena_printf(op->arena, "%s%s", settings()->web_url, callback);
	if (text_empty(read.display_phone_number))
		read.display_phone_number = display_of(op, read.phone_number_id);
	if (text_empty(read.verified_name))
		read.verified_name = "Simulated Number";
	*out = read;
	return true;
}

void
simulator_subscribe(struct op *op, struct sim_answer *out, struct bytes body)
{
	struct sim_number number;
	json_t *root = NULL;

	if (json_read(op, &root, body) != RC_OK || !number_read(op, &number, root)) {
		op_forgive(op);
		sim_error(op, out, 100,
			  "Give phone_number_id and waba_id, and callback_url together with "
			  "app_secret");
		return;
	}
	sim_number_put(&number);
	*out = (struct sim_answer){ .status = 200,
				    .type = "application/json",
				    .body = "{\"success\":true}" };
}

/* NULL when there is no such file. */
static const char *
file_text(struct op *op, const char *path)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t n;

	if (file == NULL && errno == ENOENT)
		return NULL;
	if (file == NULL)
		fatal("cannot read %s: %s", path, strerror(errno));
	text = arena_alloc(op->arena, FILE_BYTES_MAX + 1);
	n = fread(text, 1, FILE_BYTES_MAX + 1, file);
	fclose(file);
	if (n > FILE_BYTES_MAX)
		fatal("%s is longer than %d bytes", path, FILE_BYTES_MAX);
	return text;
}

void
simulator_start(void)
{
	struct op *op = op_begin("simulator");
	const char *path = arena_printf(op->arena, "%s/simulator.json", settings()->data_dir);
	const char *text = file_text(op, path);
	const json_t *list;
	struct sim_number number;
	json_t *root = NULL;

	if (text != NULL && json_read(op, &root, bytes_of(text)) != RC_OK)
		fatal("%s: %s", path, op->why);
	list = json_object_get(root, "numbers");
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (!number_read(op, &number, json_array_get(list, i)))
			fatal("%s: number %zu needs phone_number_id, waba_id, callback_url and "
			      "app_secret",
			      path, i + 1);
		sim_number_put(&number);
	}
	op_end(op);
}
