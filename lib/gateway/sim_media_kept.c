/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_media_kept - the files that the simulator has
 *
 * The newest uploads, each in a file without a name, up to a number and a size in all; and samples
 * under ids of their own, made when they are first asked for, so that inbound media can be
 * downloaded without anybody having uploaded it. Samples begin as files of their type do.
 */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "core/secret.h"
#include "gateway/media_file.h"
#include "gateway/sim_inside.h"

enum { KEPT = 32, ID_MAX = 24, TYPE_MAX = 128, ID_DIGITS = 15, SAMPLE_BYTES = 4096 };

#define KEPT_BYTES (INT64_C(512) << 20)

static struct kept {
	char id[ID_MAX], mime_type[TYPE_MAX], sha256[2 * SHA256_LEN + 1];
	int64_t size; /* 0: the slot is free */
	int fd;
	uint64_t serial;
} all[KEPT];
static uint64_t newest;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const struct sample {
	const char *id, *mime_type, *begins;
	size_t n;
} samples[] = {
	{ "1000000000000001", "image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF\0", 11 },
	{ "1000000000000002", "image/png", "\x89PNG\r\n\x1a\n", 8 },
	{ "1000000000000003", "image/webp", "RIFF\0\0\0\0WEBPVP8 ", 16 },
	{ "1000000000000004", "audio/ogg", "OggS\0\x02", 6 },
	{ "1000000000000005", "video/mp4",
	  "\0\0\0\x18"
	  "ftypmp42",
	  12 },
	{ "1000000000000006", "application/pdf", "%PDF-1.4\n", 9 },
};

/* ---- with the lock held ---- */

static void
slot_free(struct kept *slot)
{
	if (slot->size > 0)
		close(slot->fd);
	*slot = (struct kept){ .size = 0 };
}

static struct kept *
slot_oldest(void)
{
	struct kept *oldest = &all[0];

	for (size_t i = 1; i < KEPT; i++)
		if (all[i].serial < oldest->serial)
			oldest = &all[i];
	return oldest;
}

/* A free slot has the serial 0. */
static struct kept *
slot_used_oldest(void)
{
	struct kept *oldest = NULL;

	for (size_t i = 0; i < KEPT; i++)
		if (all[i].size > 0 && (oldest == NULL || all[i].serial < oldest->serial))
			oldest = &all[i];
	return oldest;
}

static int64_t
bytes_kept(void)
{
	int64_t sum = 0;

	for (size_t i = 0; i < KEPT; i++)
		sum += all[i].size;
	return sum;
}

static struct kept *
slot_of(const char *id)
{
	for (size_t i = 0; i < KEPT; i++)
		if (all[i].size > 0 && text_equal(all[i].id, id))
			return &all[i];
	return NULL;
}

static void
put(const struct sim_media *media, int fd)
{
	struct kept *slot = slot_oldest();

	slot_free(slot);
	while (bytes_kept() > 0 && bytes_kept() + media->size > KEPT_BYTES)
		slot_free(slot_used_oldest());
	slot->serial = ++newest;
	slot->size = media->size;
	slot->fd = fd;
	snprintf(slot->id, sizeof(slot->id), "%s", media->id);
	snprintf(slot->mime_type, sizeof(slot->mime_type), "%s", media->mime_type);
	snprintf(slot->sha256, sizeof(slot->sha256), "%s", media->sha256);
}

/* ---- without it ---- */

static int
copy_fd(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static bool
keep(const struct sim_media *media)
{
	int fd = copy_fd(media->fd);

	if (fd < 0)
		return false;
	pthread_mutex_lock(&lock);
	put(media, fd);
	pthread_mutex_unlock(&lock);
	return true;
}

const char *
sim_media_add(struct op *op, const struct sim_media *media)
{
	unsigned char random[ID_DIGITS];
	struct sim_media named = *media;
	char digits[ID_DIGITS + 1] = "";

	secret_noise(random, sizeof(random));
	for (size_t i = 0; i < ID_DIGITS; i++)
		digits[i] = (char)('0' + random[i] % 10);
	named.id = arena_printf(op->arena, "2%s", digits);
	return keep(&named) ? named.id : NULL;
}

static bool
sample_make(struct op *op, const struct sample *sample)
{
	unsigned char *bytes = arena_alloc(op->arena, SAMPLE_BYTES);
	struct bytes whole = bytes_slice(bytes, SAMPLE_BYTES);
	struct media_file file;

	for (size_t i = 0; i < SAMPLE_BYTES; i++)
		bytes[i] = (unsigned char)(i * 31 + i / 256);
	memcpy(bytes, sample->begins, sample->n);
	if (media_file_open(op, &file) != RC_OK || media_file_add(op, &file, whole) != RC_OK) {
		op_forgive(op);
		return false;
	}
	return keep(&(struct sim_media){ .id = sample->id,
					 .mime_type = sample->mime_type,
					 .sha256 = secret_sha256_hex(op->arena, whole),
					 .size = SAMPLE_BYTES,
					 .fd = file.fd });
}

static void
close_fd(void *fd)
{
	close((int)(intptr_t)fd);
}

static bool
find(struct op *op, struct sim_media *out, const char *id)
{
	const struct kept *slot;
	int fd = -1;

	pthread_mutex_lock(&lock);
	slot = slot_of(id);
	if (slot != NULL)
		fd = copy_fd(slot->fd);
	if (fd >= 0)
		*out = (struct sim_media){ arena_dup(op->arena, slot->id),
					   arena_dup(op->arena, slot->mime_type),
					   arena_dup(op->arena, slot->sha256), slot->size, fd };
	pthread_mutex_unlock(&lock);
	if (fd >= 0)
		arena_defer(op->arena, close_fd, (void *)(intptr_t)fd);
	return fd >= 0;
}

bool
sim_media_find(struct op *op, struct sim_media *out, const char *id)
{
	if (find(op, out, id))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		if (text_equal(samples[i].id, id))
			return sample_make(op, &samples[i]) && find(op, out, id);
	return false;
}

bool
sim_media_drop(const char *id)
{
	struct kept *slot;

	pthread_mutex_lock(&lock);
	slot = slot_of(id);
	if (slot != NULL)
		slot_free(slot);
	pthread_mutex_unlock(&lock);
	return slot != NULL;
}

void
sim_media_reset(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < KEPT; i++)
		slot_free(&all[i]);
	pthread_mutex_unlock(&lock);
}
