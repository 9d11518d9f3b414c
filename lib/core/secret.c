/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Randomness, digests, passwords and sealed values: the only file that sees libsodium.
 *
 * All of it may be called from any thread once secret_start has run. The master key lives in
 * guarded memory, is set before threads start and never leaves this file. A failing cryptographic
 * primitive is never reported to callers: the process ends, since nothing safe can be done without
 * it.
 */
#include "core/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

/* OWASP Password Storage Cheat Sheet: argon2id with m = 19 MiB, t = 2, p = 1. */
#define PASSWORD_MEMORY (19U * 1024 * 1024)
#define PASSWORD_PASSES 2
#define PASSWORDS_AT_ONCE 2

#define KEY_LEN crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define KEY_HEX (2 * KEY_LEN)
#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN crypto_aead_xchacha20poly1305_ietf_ABYTES
#define TOKEN_LEN 32

enum { NOISE_AHEAD = 512, NOISE_MOST = 64 };

/* The id of the only master key there is; a rotated one would be "2.". */
#define KEY_ID "1."

static pthread_once_t started = PTHREAD_ONCE_INIT;
static sem_t password_slots;
static unsigned char *master_key;

static void
start(void)
{
	if (sodium_init() < 0)
		fatal("libsodium does not start: the system gives no random numbers");
	expect(sem_init(&password_slots, 0, PASSWORDS_AT_ONCE) == 0);
}

void
secret_start(void)
{
	expect(pthread_once(&started, start) == 0);
}

void
secret_random(void *out, size_t n)
{
	randombytes_buf(out, n);
}

/* Drawn but not handed out. A forked child must not hand out its parent's. */
static _Thread_local struct {
	size_t left;
	unsigned char bytes[NOISE_AHEAD];
} noise;

static void
forget_noise(void)
{
	noise.left = 0;
}

static void
watch_forks(void)
{
	expect(pthread_atfork(NULL, NULL, forget_noise) == 0);
}

void
secret_noise(void *out, size_t n)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	expect(n <= NOISE_MOST);
	if (noise.left < n) {
		expect(pthread_once(&once, watch_forks) == 0);
		randombytes_buf(noise.bytes, sizeof(noise.bytes));
		noise.left = sizeof(noise.bytes);
	}
	noise.left -= n;
	memcpy(out, noise.bytes + noise.left, n);
}

uint32_t
secret_uniform(uint32_t below)
{
	return randombytes_uniform(below);
}

char *
secret_base62(struct arena *arena, size_t n)
{
	static const char digits[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	char *out = arena_alloc(arena, n + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = digits[randombytes_uniform(sizeof(digits) - 1)];
	return out;
}

char *
secret_token(struct arena *arena)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	unsigned char raw[TOKEN_LEN];
	size_t room = sodium_base64_encoded_len(sizeof(raw), variant);
	char *out = arena_alloc(arena, room);

	randombytes_buf(raw, sizeof(raw));
	sodium_bin2base64(out, room, raw, sizeof(raw), variant);
	sodium_memzero(raw, sizeof(raw));
	return out;
}

void
secret_sha256(struct bytes data, unsigned char out[SHA256_LEN])
{
	crypto_hash_sha256(out, data.p, data.n);
}

char *
secret_sha256_hex(struct arena *arena, struct bytes data)
{
	unsigned char digest[SHA256_LEN];

	secret_sha256(data, digest);
	return text_hex(arena, bytes_slice(digest, sizeof(digest)));
}

struct secret_digest {
	crypto_hash_sha256_state state;
};

struct secret_digest *
secret_digest_new(struct arena *arena)
{
	struct secret_digest *digest = arena_alloc(arena, sizeof(*digest));

	crypto_hash_sha256_init(&digest->state);
	return digest;
}

void
secret_digest_add(struct secret_digest *digest, struct bytes piece)
{
	crypto_hash_sha256_update(&digest->state, piece.p, piece.n);
}

void
secret_digest_end(struct secret_digest *digest, unsigned char out[SHA256_LEN])
{
	crypto_hash_sha256_final(&digest->state, out);
}

bool
secret_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

static void
take_password_slot(void)
{
	while (sem_wait(&password_slots) != 0)
		expect(errno == EINTR);
}

char *
secret_password_hash(struct arena *arena, const char *password)
{
	char *out = arena_alloc(arena, crypto_pwhash_STRBYTES);
	int failed;

	take_password_slot();
	failed = crypto_pwhash_str(out, password, strlen(password), PASSWORD_PASSES,
				   PASSWORD_MEMORY);
	expect(sem_post(&password_slots) == 0);
	if (failed)
		fatal("Out of memory for hashing a password (19 MiB)");
	return out;
}

bool
secret_password_verify(const char *hash, const char *password)
{
	bool same;

	if (text_empty(hash) || !password)
		return false;
	take_password_slot();
	same = crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
	expect(sem_post(&password_slots) == 0);
	return same;
}

static bool
write_durably(int fd, const char *text, size_t n)
{
	return write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
}

enum rc
secret_key_create(struct op *op, const char *path)
{
	unsigned char key[KEY_LEN];
	char line[KEY_HEX + 1];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool written;

	if (fd < 0 && errno == EEXIST)
		return op_fail(op, RC_CONFLICT, "%s exists already; a master key is never replaced",
			       path);
	if (fd < 0)
		return op_fail(op, RC_INTERNAL, "Cannot create the master key %s: %s", path,
			       strerror(errno));
	randombytes_buf(key, sizeof(key));
	sodium_bin2hex(line, sizeof(line), key, sizeof(key));
	line[KEY_HEX] = '\n';
	written = write_durably(fd, line, sizeof(line));
	sodium_memzero(key, sizeof(key));
	sodium_memzero(line, sizeof(line));
	written = close(fd) == 0 && written;
	if (written)
		return RC_OK;
	unlink(path);
	return op_fail(op, RC_INTERNAL, "Cannot write the master key %s; is the disk full?", path);
}

/* Read at most n bytes of the key file, after checking that it is nobody else's business. */
static size_t
read_key_file(const char *path, char *out, size_t n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t got;

	if (fd < 0)
		fatal("Cannot read the master key %s: %s; `wagate init` makes one", path,
		      strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		fatal("The master key %s is not a regular file", path);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		fatal("The master key %s is open to other users; run: chmod 600 %s", path, path);
	got = read(fd, out, n);
	close(fd);
	if (got < 0)
		fatal("Cannot read the master key %s: %s", path, strerror(errno));
	return (size_t)got;
}

void
secret_key_load(const char *path)
{
	char text[KEY_HEX + 2] = ""; /* one more than fits, to notice a longer file */
	unsigned char *key;
	size_t n = read_key_file(path, text, sizeof(text));

	key = sodium_malloc(KEY_LEN);
	if (!key)
		fatal("Out of memory for the master key");
	if (n == KEY_HEX + 1 && text[KEY_HEX] == '\n')
		n = KEY_HEX;
	text[KEY_HEX] = '\0';
	if (n != KEY_HEX || !text_unhex(text, key, KEY_LEN))
		fatal("The master key %s is broken: 64 hexadecimal digits are expected;"
		      " bring it back from a backup",
		      path);
	sodium_memzero(text, sizeof(text));
	expect(sodium_mprotect_readonly(key) == 0);
	sodium_free(master_key);
	master_key = key;
}

void
secret_tag(const char *purpose, const char *text, unsigned char out[SHA256_LEN])
{
	unsigned char key[SHA256_LEN];

	_Static_assert(KEY_LEN == crypto_auth_hmacsha256_KEYBYTES && sizeof(key) == KEY_LEN,
		       "the master key is a key of HMAC-SHA256");
	expect(master_key);
	crypto_auth_hmacsha256(key, (const unsigned char *)purpose, strlen(purpose), master_key);
	crypto_auth_hmacsha256(out, (const unsigned char *)text, strlen(text), key);
	sodium_memzero(key, sizeof(key));
}

char *
secret_seal(struct op *op, const char *plain, const char *row)
{
	size_t n = plain ? strlen(plain) : 0;
	unsigned char *sealed;

	if (n == 0)
		return arena_dup(op->arena, plain);
	expect(master_key);
	sealed = arena_alloc(op->arena, NONCE_LEN + n + TAG_LEN);
	randombytes_buf(sealed, NONCE_LEN);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		sealed + NONCE_LEN, NULL, (const unsigned char *)plain, n,
		(const unsigned char *)row, strlen(row), NULL, sealed, master_key);
	return arena_printf(op->arena, KEY_ID "%s",
			    text_base64(op->arena, bytes_slice(sealed, NONCE_LEN + n + TAG_LEN)));
}

/* A value that does not start with the key id, or is too short, or does not verify. */
static bool
unseal(struct arena *arena, const char **plain, const char *sealed, const char *row)
{
	struct bytes raw;
	unsigned char *out;

	if (!text_starts(sealed, KEY_ID) || !text_unbase64(arena, sealed + strlen(KEY_ID), &raw))
		return false;
	if (raw.n < NONCE_LEN + TAG_LEN)
		return false;
	out = arena_alloc(arena, raw.n - NONCE_LEN - TAG_LEN + 1);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    out, NULL, NULL, raw.p + NONCE_LEN, raw.n - NONCE_LEN,
		    (const unsigned char *)row, strlen(row), raw.p, master_key) != 0)
		return false;
	*plain = (const char *)out;
	return true;
}

enum rc
secret_open(struct op *op, const char **plain, const char *sealed, const char *row)
{
	if (text_empty(sealed)) {
		*plain = sealed;
		return RC_OK;
	}
	expect(master_key);
	if (unseal(op->arena, plain, sealed, row))
		return RC_OK;
	return op_fail(
		op, RC_INTERNAL,
		"The sealed value of %s does not open: it is damaged, was moved, or was sealed"
		" under another master key",
		row);
}
