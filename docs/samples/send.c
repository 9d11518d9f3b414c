/*
 * Tell a customer that an order is ready: WAGATE_URL and WAGATE_KEY from the environment.
 * cc -o send send.c -lcurl
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Seconds to wait before the next try; -1: there is none. */
static long
wait_after(CURL *call, CURLcode result, int try)
{
	static const long waits[] = { 1, 5, 30 };
	curl_off_t asked = 0;
	long status = 0;

	curl_easy_getinfo(call, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(call, CURLINFO_RETRY_AFTER, &asked);
	if (try == 3 || (result == CURLE_OK && status != 429 && status != 503))
		return -1;
	return asked > 0 ? (long)asked : waits[try];
}

int
main(int argc, char **argv)
{
	const char *order = argc > 1 ? argv[1] : "4711";
	struct curl_slist *headers = NULL;
	char url[512], key[256], once[256], body[1024];
	CURL *call = curl_easy_init();
	CURLcode result;
	long wait, status = 0;

	if (call == NULL || getenv("WAGATE_URL") == NULL || getenv("WAGATE_KEY") == NULL)
		return 2;
	snprintf(url, sizeof(url), "%s/api/send-message", getenv("WAGATE_URL"));
	snprintf(key, sizeof(key), "Authorization: Bearer %s", getenv("WAGATE_KEY"));
	snprintf(once, sizeof(once), "Idempotency-Key: order-%s-ready", order);
	snprintf(body, sizeof(body),
		 "{\"instance_id\": \"demo-support-line\", \"phone\": \"+966500000001\","
		 " \"message\": \"Your order %s is ready.\","
		 " \"message_purpose\": \"transactional\","
		 " \"client_reference\": \"order-%s\"}",
		 order, order);
	headers = curl_slist_append(headers, key);
	headers = curl_slist_append(headers, once); /* the same again never sends twice */
	headers = curl_slist_append(headers, "Content-Type: application/json");
	curl_easy_setopt(call, CURLOPT_URL, url);
	curl_easy_setopt(call, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(call, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(call, CURLOPT_TIMEOUT, 60L);
	for (int try = 0;; try++) {
		result = curl_easy_perform(call); /* the answer goes to standard output */
		wait = wait_after(call, result, try);
		if (wait < 0)
			break;
		sleep((unsigned)wait);
	}
	curl_easy_getinfo(call, CURLINFO_RESPONSE_CODE, &status);
	if (result != CURLE_OK)
		fprintf(stderr, "%s\n", curl_easy_strerror(result));
	curl_slist_free_all(headers);
	curl_easy_cleanup(call);
	return result == CURLE_OK && status < 300 ? 0 : 1;
}
