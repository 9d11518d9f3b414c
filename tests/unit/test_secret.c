/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets: published vectors, seals that open only where they belong, the key file's rules. */
#include "fixture.h"

#include <pthread.h>
#include <sys/stat.h>

#include "core/buf.h"
#include "core/secret.h"

static char folder[] = "/tmp/secret.XXXXXX", key_path[64], other_path[64];

static int
begin_all(void **state)
{
	(void)state;
	secret_start();
	secret_start();
	if (!mkdtemp(folder))
		return 1;
	snprintf(key_path, sizeof(key_path), "%s/master.key", folder);
	snprintf(other_path, sizeof(other_path), "%s/other.key", folder);
	return 0;
}

static int
end_all(void **state)
{
	(void)state;
	unlink(key_path);
	unlink(other_path);
	return rmdir(folder);
}

static struct bytes
repeated(struct arena *arena, int c, size_t n)
{
	return bytes_slice(memset(arena_alloc(arena, n), c, n), n);
}

static const char *
hmac_hex(struct arena *arena, struct bytes key, struct bytes data)
{
	unsigned char out[SHA256_LEN];

	secret_hmac(key, &data, 1, out);
	return text_hex(arena, bytes_slice(out, sizeof(out)));
}

/* RFC 4231 section 4, all but case 5, which is truncated. */
static void
hmac_follows_rfc_4231(void **state)
{
	struct arena *a = ((struct op *)*state)->arena;
	unsigned char counting[25];
	struct bytes long_key = repeated(a, 0xaa, 131);

	for (size_t i = 0; i < sizeof(counting); i++)
		counting[i] = (unsigned char)(i + 1);
	assert_string_equal(hmac_hex(a, repeated(a, 0x0b, 20), bytes_of("Hi There")),
			    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	assert_string_equal(hmac_hex(a, bytes_of("Jefe"), bytes_of("what do ya want for nothing?")),
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_string_equal(hmac_hex(a, repeated(a, 0xaa, 20), repeated(a, 0xdd, 50)),
			    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	assert_string_equal(hmac_hex(a, bytes_slice(counting, 25), repeated(a, 0xcd, 50)),
			    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
	assert_string_equal(
		hmac_hex(a, long_key,
			 bytes_of("Test Using Larger Than Block-Size Key - Hash Key First")),
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	assert_string_equal(hmac_hex(a, long_key,
				     bytes_of("This is a test using a larger than block-size key "
					      "and a larger than"
					      " block-size data. The key needs to be hashed before "
					      "being used by the"
					      " HMAC algorithm.")),
			    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

static void
hmac_of_nothing_and_of_parts(void **state)
{
	struct arena *a = ((struct op *)*state)->arena;
	const struct bytes parts[] = { bytes_of("what do ya "), bytes_of(NULL),
				       bytes_of("want for"), bytes_of(" nothing?") };
	unsigned char out[SHA256_LEN];

	assert_string_equal(hmac_hex(a, bytes_of("Jefe"), bytes_of("x")),
			    hmac_hex(a, bytes_of("Jefe"), bytes_of("x")));
	/* An empty key must not mean the key of the call before. */
	assert_string_equal(hmac_hex(a, bytes_of(NULL), bytes_of(NULL)),
			    "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
	secret_hmac(bytes_of("Jefe"), parts, ARRAY_LEN(parts), out);
	assert_string_equal(text_hex(a, bytes_slice(out, sizeof(out))),
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	secret_hmac(bytes_of(""), NULL, 0, out);
	assert_string_equal(text_hex(a, bytes_slice(out, sizeof(out))),
			    "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void *
sign_often(void *arg)
{
	unsigned char out[SHA256_LEN], first[SHA256_LEN];
	struct bytes data = bytes_of(arg);

	secret_hmac(bytes_of(arg), &data, 1, first);
	for (int i = 0; i < 2000; i++) {
		secret_hmac(bytes_of(arg), &data, 1, out);
		if (memcmp(first, out, sizeof(out)) != 0)
			return arg;
	}
	return NULL;
}

static void
threads_do_not_disturb_each_other(void **state)
{
	static char names[8][2] = { "a", "b", "c", "d", "e", "f", "g", "h" };
	pthread_t threads[8];
	void *wrong;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_often, names[i]), 0);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
}

/* FIPS 180-4's examples. */
static void
sha256_vectors(void **state)
{
	struct arena *a = ((struct op *)*state)->arena;

	assert_string_equal(secret_sha256_hex(a, bytes_of("abc")),
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(secret_sha256_hex(a, bytes_of(NULL)),
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
comparison(void **state)
{
	(void)state;
	assert_true(secret_equal(bytes_of("abc"), bytes_of("abc")));
	assert_false(secret_equal(bytes_of("abc"), bytes_of("abd")));
	assert_false(secret_equal(bytes_of("abc"), bytes_of("ab")));
	assert_true(secret_equal(bytes_of(""), bytes_of(NULL)));
}

static void
random_texts(void **state)
{
	struct arena *a = ((struct op *)*state)->arena;
	char *token = secret_token(a), *name = secret_base62(a, 1000);

	assert_int_equal(strlen(token), 43);
	assert_string_not_equal(token, secret_token(a));
	assert_int_equal(strlen(name), 1000);
	assert_int_equal(
		strspn(name, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
		1000);
	assert_non_null(strchr(name, 'z'));
	assert_non_null(strchr(name, '0'));
	assert_string_equal(secret_base62(a, 0), "");
	for (int i = 0; i < 1000; i++)
		assert_true(secret_uniform(3) < 3);
	assert_int_equal(secret_uniform(1), 0);
}

static void
passwords(void **state)
{
	struct arena *a = ((struct op *)*state)->arena;
	char *hash = secret_password_hash(a, "correct horse");

	assert_true(text_starts(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
	assert_true(secret_password_verify(hash, "correct horse"));
	assert_false(secret_password_verify(hash, "correct Horse"));
	assert_false(secret_password_verify(hash, ""));
	assert_false(secret_password_verify(hash, NULL));
	assert_false(secret_password_verify("", "correct horse"));
	assert_false(secret_password_verify(NULL, "correct horse"));
	assert_false(secret_password_verify("not a hash", "correct horse"));
	assert_string_not_equal(hash, secret_password_hash(a, "correct horse"));
}

static void
load(void *path)
{
	secret_key_load(path);
}

static void
write_key(const char *text, size_t n, mode_t mode)
{
	FILE *f;

	/* One that was made read-only stops whoever is not root. */
	unlink(other_path);
	f = fopen(other_path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(other_path, mode), 0);
}

static void
the_key_file(void **state)
{
	struct op *op = *state;
	struct stat st;

	unlink(key_path);
	assert_fatal(load, key_path);
	assert_int_equal(secret_key_create(op, key_path), RC_OK);
	assert_int_equal(stat(key_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, 65);
	assert_int_equal(status_of(load, key_path), 0);
	assert_int_equal(secret_key_create(op, key_path), RC_CONFLICT);
	assert_non_null(strstr(op->why, key_path));
	op_forgive(op);
	assert_int_equal(secret_key_create(op, "/nonexistent/master.key"), RC_INTERNAL);
	assert_non_null(strstr(op->why, "/nonexistent/master.key"));
}

static void
key_files_that_are_refused(void **state)
{
	char good[66];

	(void)state;
	memset(good, 'a', 64);
	good[64] = '\n';
	good[65] = 'a';
	write_key(good, 65, 0600);
	assert_int_equal(status_of(load, other_path), 0);
	write_key(good, 65, 0400);
	assert_int_equal(status_of(load, other_path), 0);
	write_key(good, 64, 0600);
	assert_int_equal(status_of(load, other_path), 0);
	write_key(good, 65, 0640);
	assert_fatal(load, other_path);
	write_key(good, 65, 0604);
	assert_fatal(load, other_path);
	write_key(good, 66, 0600);
	assert_fatal(load, other_path);
	write_key(good, 63, 0600);
	assert_fatal(load, other_path);
	write_key("", 0, 0600);
	assert_fatal(load, other_path);
	good[5] = 'g';
	write_key(good, 65, 0600);
	assert_fatal(load, other_path);
	assert_fatal(load, folder);
}

static void
ensure_key(struct op *op)
{
	if (access(key_path, R_OK) != 0)
		assert_int_equal(secret_key_create(op, key_path), RC_OK);
	secret_key_load(key_path);
}

static void
sealed_values_open_in_their_row(void **state)
{
	struct op *op = *state;
	const char *plain = "untouched";
	char *sealed;

	ensure_key(op);
	sealed = secret_seal(op, "EAAG\xc3\xa4 token", "instance:access_token:inst_1");
	assert_true(text_starts(sealed, "1."));
	assert_null(strstr(sealed, "token"));
	assert_string_not_equal(
		sealed, secret_seal(op, "EAAG\xc3\xa4 token", "instance:access_token:inst_1"));
	assert_int_equal(secret_open(op, &plain, sealed, "instance:access_token:inst_2"),
			 RC_INTERNAL);
	assert_string_equal(plain, "untouched");
	assert_non_null(strstr(op->why, "instance:access_token:inst_2"));
	assert_int_equal(secret_open(op, &plain, sealed, "instance:access_token:inst_1"), RC_OK);
	assert_string_equal(plain, "EAAG\xc3\xa4 token");
}

static void
damaged_seals_do_not_open(void **state)
{
	struct op *op = *state;
	const char *plain = "untouched";
	char *sealed;

	ensure_key(op);
	sealed = secret_seal(op, "secret", "row");
	for (size_t i = 0; sealed[i]; i++) {
		char kept = sealed[i];

		sealed[i] = kept == 'A' ? 'B' : 'A';
		/* The last digit before the padding may hold bits that are not used. */
		if (sealed[i + 1] != '=' && kept != '=')
			assert_int_equal(secret_open(op, &plain, sealed, "row"), RC_INTERNAL);
		sealed[i] = kept;
	}
	assert_int_equal(secret_open(op, &plain, "1.", "row"), RC_INTERNAL);
	assert_int_equal(secret_open(op, &plain, "1.AAAA", "row"), RC_INTERNAL);
	assert_int_equal(secret_open(op, &plain, "2.AAAA", "row"), RC_INTERNAL);
	assert_int_equal(secret_open(op, &plain, "plain text", "row"), RC_INTERNAL);
	assert_string_equal(plain, "untouched");
	assert_int_equal(secret_open(op, &plain, sealed, "row"), RC_OK);
}

static void
another_key_does_not_open(void **state)
{
	struct op *op = *state;
	const char *plain;
	char *sealed;

	ensure_key(op);
	sealed = secret_seal(op, "secret", "row");
	unlink(other_path);
	assert_int_equal(secret_key_create(op, other_path), RC_OK);
	secret_key_load(other_path);
	assert_int_equal(secret_open(op, &plain, sealed, "row"), RC_INTERNAL);
	secret_key_load(key_path);
	assert_int_equal(secret_open(op, &plain, sealed, "row"), RC_OK);
}

static void
nothing_passes_through(void **state)
{
	struct op *op = *state;
	const char *plain = "x";

	assert_null(secret_seal(op, NULL, "row"));
	assert_string_equal(secret_seal(op, "", "row"), "");
	assert_int_equal(secret_open(op, &plain, NULL, "row"), RC_OK);
	assert_null(plain);
	assert_int_equal(secret_open(op, &plain, "", "row"), RC_OK);
	assert_string_equal(plain, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hmac_follows_rfc_4231),
		TEST(hmac_of_nothing_and_of_parts),
		TEST(threads_do_not_disturb_each_other),
		TEST(sha256_vectors),
		TEST(comparison),
		TEST(random_texts),
		TEST(passwords),
		TEST(the_key_file),
		TEST(key_files_that_are_refused),
		TEST(sealed_values_open_in_their_row),
		TEST(damaged_seals_do_not_open),
		TEST(another_key_does_not_open),
		TEST(nothing_passes_through),
	};

	return cmocka_run_group_tests(tests, begin_all, end_all);
}
