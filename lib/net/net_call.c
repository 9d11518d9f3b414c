/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_call - one call as an easy handle
 *
 * libcurl repeats a request by itself when a kept connection dies before the first byte of the
 * answer. A message must never go out twice, so the callback before every request stops the
 * second one, unless it is a GET: what became of the first is unknown then. No redirects, no
 * proxies, no decoding; addresses are judged on every new socket.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/guard.h"
#include "net/net_inside.h"

enum {
	IDLE_HANDLES_MAX = 1024,
	CONNECT_TIMEOUT_MS = 5000,
	DRAIN_MAX = 65536,    /* read past a cut answer, so that its connection can be kept */
	READ_SIZE = 4096,     /* what curl reads at once: kept by every handle that waits */
	STREAM_SIZE = 16384,  /* the same where an answer is read while it arrives */
	STALL_BYTES = 64,     /* a second: less than this is standing still */
	HEADER_FLOOD = 262144 /* a server that sends more header bytes is cut off */
};

/* Handles between calls; loop's thread only. */
static CURL *idle[IDLE_HANDLES_MAX];
static size_t idle_count;

static CURL *
handle_take(void)
{
	CURL *easy = idle_count > 0 ? idle[--idle_count] : curl_easy_init();

	if (easy == NULL)
		fatal("out of memory: no handle for a call out");
	return easy;
}

static void
handle_give(CURL *easy)
{
	if (idle_count == IDLE_HANDLES_MAX) {
		curl_easy_cleanup(easy);
		return;
	}
	curl_easy_reset(easy);
	idle[idle_count++] = easy;
}

void
flight_handles_clear(void)
{
	while (idle_count > 0)
		curl_easy_cleanup(idle[--idle_count]);
}

static size_t
take_body(char *from, size_t size, size_t n, void *arg)
{
	struct flight *flight = arg;
	size_t total = size * n, room = flight->call->max_answer - flight->answer.n;

	if (flight->stream != NULL)
		return stream_take(flight, from, total);
	if (sink_take(flight, bytes_slice(from, total), &total))
		return total;
	flight->answer_bytes += total;
	buf_add(&flight->answer, from, total < room ? total : room);
	if (flight->answer_bytes <= flight->call->max_answer)
		return total;
	if (!flight->call->cut_answer) {
		flight->too_long = true;
		return CURL_WRITEFUNC_ERROR;
	}
	flight->whole = true;
	return flight->answer_bytes - flight->call->max_answer > DRAIN_MAX ? CURL_WRITEFUNC_ERROR
									   : total;
}

static void
keep_header(struct flight *flight, struct bytes name, struct bytes value)
{
	struct arena *arena = flight->call->op->arena;
	struct net_header *kept;
	char *text;

	if (flight->answer_header_count == NET_HEADERS_MAX ||
	    flight->answer_header_bytes > NET_HEADER_BYTES_MAX || !text_is_utf8(name) ||
	    !text_is_utf8(value))
		return;
	if (flight->answer_headers == NULL)
		flight->answer_headers = arena_array(arena, NET_HEADERS_MAX, sizeof(*kept));
	kept = &flight->answer_headers[flight->answer_header_count++];
	text = arena_dupn(arena, name.p, name.n);
	kept->name = text_lower(arena, text);
	kept->value = text_trim(arena, arena_dupn(arena, value.p, value.n));
}

/* One line, its line end included; the status line begins a new answer (after a 1xx), an empty
 * one ends the headers. */
static size_t
take_header(char *from, size_t size, size_t n, void *arg)
{
	struct flight *flight = arg;
	size_t total = size * n;
	const char *colon = memchr(from, ':', total);

	flight->answer_header_bytes += total;
	if (flight->answer_header_bytes > HEADER_FLOOD) {
		flight->too_long = true;
		return 0;
	}
	if (total >= 5 && memcmp(from, "HTTP/", 5) == 0) {
		flight->answer_header_count = 0;
		flight->head_whole = false;
	}
	flight->head_whole |= total <= 2;
	if (colon != NULL && colon > from)
		keep_header(flight, bytes_slice(from, (size_t)(colon - from)),
			    bytes_slice(colon + 1, total - (size_t)(colon + 1 - from)));
	return total;
}

static const char *
judge_socket(const struct flight *flight, const struct sockaddr *address)
{
	const char *reason = guard_address(address);

	if (reason == NULL && text_equal(flight->url.scheme, "http") && !guard_is_allowed(address))
		return "a public address by plain http";
	return reason;
}

/* The last word on an address: what is refused here was not seen before. Once one address of
 * the name is refused, no other is tried. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct flight *flight = arg;
	int fd;

	(void)purpose;
	if (flight->call->guard == NET_CUSTOMER && flight->blocked == NULL)
		flight->blocked = judge_socket(flight, &address->addr);
	if (flight->blocked != NULL)
		return CURL_SOCKET_BAD;
	fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	if (fd < 0) {
		flight->socket_errno = errno;
		return CURL_SOCKET_BAD;
	}
	loop_forget(fd);
	return fd;
}

/* Connected, TLS done; the request is next. */
static int
before_request(void *arg, char *peer, char *local, int peer_port, int local_port)
{
	struct flight *flight = arg;

	(void)peer;
	(void)local;
	(void)peer_port;
	(void)local_port;
	flight->again = flight->sent && !text_equal(flight->call->method, "GET");
	if (flight->blocked != NULL || flight->again)
		return CURL_PREREQFUNC_ABORT;
	flight->sent = true;
	return CURL_PREREQFUNC_OK;
}

/* libcurl tells no other way that the connection stands and TLS begins. */
static CURLcode
before_tls(CURL *easy, void *context, void *data)
{
	struct flight *flight = data;

	(void)easy;
	(void)context;
	flight->agreeing = true;
	return CURLE_OK;
}

static bool
header_is_safe(const struct net_header *header)
{
	return strpbrk(header->name, "\r\n:") == NULL && strpbrk(header->value, "\r\n") == NULL;
}

static bool
set_headers(struct flight *flight)
{
	const struct net_call *call = flight->call;
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	for (size_t i = 0; i < call->header_count; i++) {
		const struct net_header *h = &call->headers[i];

		if (!header_is_safe(h)) {
			curl_slist_free_all(list);
			return false;
		}
		list = curl_slist_append(list,
					 arena_join(call->op->arena, h->name,
						    h->value[0] != '\0' ? ": " : ";", h->value));
		if (list == NULL)
			fatal("out of memory: headers of a call out");
	}
	flight->headers = list;
	curl_easy_setopt(flight->easy, CURLOPT_HTTPHEADER, list);
	return true;
}

static void
set_method(struct flight *flight)
{
	const struct net_call *call = flight->call;
	CURL *easy = flight->easy;

	if (text_equal(call->method, "GET")) {
		curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
		return;
	}
	if (call->source != NULL) {
		source_set(flight);
		return;
	}
	/* Not copied; a short one leaves in the same packet as the headers. */
	if (call->body.n > 0 || text_equal(call->method, "POST")) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
				 call->body.n > 0 ? (const char *)call->body.p : "");
	}
	if (!text_equal(call->method, "POST"))
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
}

static void
set_limits(struct flight *flight)
{
	const struct net_call *call = flight->call;
	int64_t used_ms = (clock_elapsed_us() - flight->started_us) / 1000;
	int64_t left_ms = call->timeout_ms > used_ms ? call->timeout_ms - used_ms : 1;
	int64_t connect_ms =
		call->connect_timeout_ms > 0 ? call->connect_timeout_ms : CONNECT_TIMEOUT_MS;
	CURL *easy = flight->easy;

	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)left_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
	if (call->stall_ms > 0) {
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(call->stall_ms / SECOND_MS));
	}
	curl_easy_setopt(
		easy, CURLOPT_BUFFERSIZE,
		(long)(flight->stream != NULL || call->sink != NULL ? STREAM_SIZE : READ_SIZE));
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	if (!text_empty(call->ca_file))
		curl_easy_setopt(easy, CURLOPT_CAINFO, call->ca_file);
	/* With a folder of authorities beside the file, as distributions set it, curl reads both
	 * for every new connection; the file alone it keeps. */
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}

static void
set_callbacks(struct flight *flight)
{
	CURL *easy = flight->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, flight);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, flight->error);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, flight);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, flight);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, flight);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, before_tls);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, flight);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, flight);
}

bool
flight_open(struct flight *flight, CURLSH *share)
{
	buf_init(&flight->answer, flight->call->op->arena, flight->call->max_answer);
	flight->easy = handle_take();
	if (!set_headers(flight)) {
		handle_give(flight->easy);
		flight->easy = NULL;
		return false;
	}
	curl_easy_setopt(flight->easy, CURLOPT_CURLU, flight->url.parsed);
	curl_easy_setopt(flight->easy, CURLOPT_SHARE, share);
	if (flight->resolved != NULL)
		curl_easy_setopt(flight->easy, CURLOPT_RESOLVE, flight->resolved);
	set_limits(flight);
	set_method(flight);
	set_callbacks(flight);
	return true;
}

/* curl is content when a connection ends amid the headers. */
static enum net_outcome
outcome_of(const struct flight *flight, CURLcode code)
{
	if ((code == CURLE_OK || flight->whole) && flight->head_whole)
		return NET_ANSWERED;
	if (flight->sent)
		return NET_UNKNOWN;
	return flight->blocked != NULL ? NET_BLOCKED : NET_NOT_SENT;
}

void
flight_head(struct flight *flight)
{
	struct net_call *call = flight->call;
	long status = 0;

	if (flight->head_told)
		return;
	flight->head_told = true;
	curl_easy_getinfo(flight->easy, CURLINFO_RESPONSE_CODE, &status);
	call->status = (int)status;
	call->answer_headers = flight->answer_headers;
	call->answer_header_count = flight->answer_header_count;
}

void
flight_close(struct flight *flight, CURLcode code)
{
	struct net_call *call = flight->call;
	char *peer = NULL;

	call->outcome = outcome_of(flight, code);
	call->us = clock_elapsed_us() - flight->started_us;
	if (curl_easy_getinfo(flight->easy, CURLINFO_PRIMARY_IP, &peer) == CURLE_OK &&
	    !text_empty(peer))
		call->peer = arena_dup(call->op->arena, peer);
	flight_head(flight);
	call->answer = buf_bytes(&flight->answer);
	if (call->outcome != NET_ANSWERED)
		call->words = flight_words(flight, code, &call->own_fault);
	handle_give(flight->easy);
	flight->easy = NULL;
	curl_slist_free_all(flight->headers);
	curl_slist_free_all(flight->resolved);
}

void
flight_abandon(struct flight *flight, enum net_outcome outcome, bool own_fault, const char *words)
{
	struct net_call *call = flight->call;

	call->outcome = outcome;
	call->own_fault = own_fault;
	call->words = arena_dup(call->op->arena, words);
	call->us = clock_elapsed_us() - flight->started_us;
	curl_slist_free_all(flight->resolved);
}

void
flight_tell(struct flight *flight)
{
	flight->done(flight->call, flight->arg);
}
