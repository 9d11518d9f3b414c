/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include "core/op.h"

/* Everything random, hashed, signed or sealed. Only home of sodium.h and openssl/. */

#define SHA256_LEN 32

void secret_start(void); /* once per process, before anything below */
void secret_random(void *out, size_t n);
/* Unpredictable bytes for names, drawn ahead per thread: a tenth of the price, but what has been
 * handed out is not wiped ahead of its use. Never for keys and tokens. At most 64 bytes. */
void secret_noise(void *out, size_t n);
uint32_t secret_uniform(uint32_t below); /* 0 .. below-1, without bias */

/* n characters of 0-9A-Za-z, log2(62) bits each. */
char *secret_base62(struct arena *arena, size_t n);

/* 256 random bits as 43 characters of URL-safe base64. */
char *secret_token(struct arena *arena);

void secret_sha256(struct bytes data, unsigned char out[SHA256_LEN]);
char *secret_sha256_hex(struct arena *arena, struct bytes data);

/* SHA-256 of what is not in memory at once; ends with the arena. */
struct secret_digest;
struct secret_digest *secret_digest_new(struct arena *arena);
void secret_digest_add(struct secret_digest *digest, struct bytes piece);
void secret_digest_end(struct secret_digest *digest, unsigned char out[SHA256_LEN]);

/* HMAC-SHA256 (RFC 2104) over the concatenation of n parts; OpenSSL's EVP_MAC,
 * ready at the first call. */
void
secret_hmac(struct bytes key, const struct bytes *parts, size_t n, unsigned char out[SHA256_LEN]);

/* Constant-time comparison; unequal lengths are unequal. */
bool secret_equal(struct bytes a, struct bytes b);

/* argon2id, 19 MiB, t=2, p=1 (OWASP); at most two at a time in a process. */
char *secret_password_hash(struct arena *arena, const char *password);
bool secret_password_verify(const char *hash, const char *password);

/* The master key: 32 bytes as hex in a file of mode 0600, made by `wagate init`.
 * secret_key_load is fatal() with a sentence when it is missing, readable by others or broken. */
MUST_CHECK enum rc secret_key_create(struct op *op, const char *path); /* RC_CONFLICT: exists */
void secret_key_load(const char *path);

/* HMAC-SHA256 of a text under a key that is derived from the master key for one purpose
 * ("media link"): who can make one for that purpose has been in this installation. */
void secret_tag(const char *purpose, const char *text, unsigned char out[SHA256_LEN]);

/* XChaCha20-Poly1305 under the master key. row is associated data (table, column and id),
 * so that a sealed value cannot be moved to another row. The text is "1.<base64>": key id,
 * nonce and ciphertext. Opening RC_INTERNAL: wrong key, wrong row or damaged. NULL and ""
 * pass through unchanged. */
char *secret_seal(struct op *op, const char *plain, const char *row);
MUST_CHECK enum rc
secret_open(struct op *op, const char **plain, const char *sealed, const char *row);

#endif
