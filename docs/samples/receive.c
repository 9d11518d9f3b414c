/*
 * Receive webhooks as a CGI program: WAGATE_SECRET from the environment.
 * cc -o receive receive.c -lcrypto
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BODY_MAX = 1 << 20, HEAD_MAX = 256, KEY_MAX = 256 };

static const char *
header(const char *name)
{
	const char *value = getenv(name);

	return value != NULL ? value : "";
}

/* The key's bytes: base64 behind whsec_, otherwise the secret itself. */
static int
read_key(unsigned char *key)
{
	const char *secret = header("WAGATE_SECRET");
	int n;

	if (strncmp(secret, "whsec_", 6) != 0 || strlen(secret) > KEY_MAX) {
		n = (int)strnlen(secret, KEY_MAX);
		memcpy(key, secret, (size_t)n);
		return n;
	}
	n = EVP_DecodeBlock(key, (const unsigned char *)secret + 6, (int)strlen(secret + 6));
	for (size_t i = strlen(secret); n > 0 && secret[i - 1] == '='; i--)
		n--;
	return n;
}

/* Over the bytes as they came, before anything is parsed. text: id.timestamp.body */
static int
is_genuine(const unsigned char *text, size_t n)
{
	const char *given = header("HTTP_WEBHOOK_SIGNATURE");
	long age = (long)time(NULL) - atol(header("HTTP_WEBHOOK_TIMESTAMP"));
	unsigned char key[KEY_MAX], mac[EVP_MAX_MD_SIZE];
	char wanted[64] = "v1,";
	unsigned mac_n = 0;
	int key_n = read_key(key), genuine = 0;

	HMAC(EVP_sha256(), key, key_n, text, n, mac, &mac_n);
	EVP_EncodeBlock((unsigned char *)wanted + 3, mac, (int)mac_n);
	/* Two signatures while a secret is rotated: one of them must be right. */
	for (; *given != '\0'; given += strspn(given, " ")) {
		size_t length = strcspn(given, " ");

		genuine |= length == strlen(wanted) && CRYPTO_memcmp(given, wanted, length) == 0;
		given += length;
	}
	return genuine && age <= 300 && age >= -300;
}

int
main(void)
{
	static unsigned char text[HEAD_MAX + BODY_MAX];
	int head = snprintf((char *)text, HEAD_MAX, "%s.%s.", header("HTTP_WEBHOOK_ID"),
			    header("HTTP_WEBHOOK_TIMESTAMP"));
	size_t n;

	if (head >= HEAD_MAX)
		return 1;
	n = fread(text + head, 1, BODY_MAX, stdin);
	if (!is_genuine(text, (size_t)head + n)) {
		printf("Status: 401 Unauthorized\r\n\r\n");
		return 0;
	}
	/* Here: store the id in a unique column and the body in a queue, then answer. */
	fprintf(stderr, "%s: %.*s\n", header("HTTP_WEBHOOK_ID"), (int)n, (char *)text + head);
	printf("Status: 200 OK\r\n\r\n");
	return 0;
}
