/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_words - what went wrong with a call out, for people
 *
 * A developer at a customer reads these beside a failed delivery, so they name the stage and the
 * cause rather than the library's code. Also decides whether the fault is ours: no route, no
 * descriptors and the like must not count against the other side.
 */
#include <errno.h>

#include "net/net_inside.h"

/* Verification codes of OpenSSL's X509_verify_cert, see verify(1). */
static const struct {
	long code;
	const char *words;
} certificate_words[] = {
	{ 9, "the certificate is not valid yet" },
	{ 10, "the certificate has expired" },
	{ 18, "the certificate is self-signed" },
	{ 19, "the certificate chain ends in a self-signed certificate that is not trusted" },
	{ 20, "the certificate's issuer is not known; the server may not send its chain" },
	{ 21, "the certificate's issuer is not known; the server may not send its chain" },
	{ 23, "the certificate was revoked" },
	{ 62, "the certificate is for another host name" },
};

static const struct {
	int number;
	bool own_fault;
	const char *words;
} errno_words[] = {
	{ ECONNREFUSED, false, "connection refused" },
	{ ECONNRESET, false, "connection reset" },
	{ ETIMEDOUT, false, "timed out while connecting" },
	{ EHOSTUNREACH, false, "no route to the host" },
	{ ENETUNREACH, true, "this machine has no route to that network" },
	{ ENETDOWN, true, "this machine's network is down" },
	{ EADDRNOTAVAIL, true, "this machine has no free local address for the connection" },
	{ EMFILE, true, "this process has no free descriptors" },
	{ ENFILE, true, "this machine has no free descriptors" },
	{ ENOBUFS, true, "this machine has no free network buffers" },
	{ ENOMEM, true, "this machine has no free memory for a socket" },
};

static const char *
words_of_errno(int number, bool *own_fault)
{
	for (size_t i = 0; i < ARRAY_LEN(errno_words); i++)
		if (errno_words[i].number == number) {
			*own_fault = errno_words[i].own_fault;
			return errno_words[i].words;
		}
	return "could not connect";
}

static const char *
words_of_certificate(const struct flight *flight)
{
	long verified = 0;

	curl_easy_getinfo(flight->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
	for (size_t i = 0; i < ARRAY_LEN(certificate_words); i++)
		if (certificate_words[i].code == verified)
			return certificate_words[i].words;
	if (strstr(flight->error, "subject name") != NULL)
		return "the certificate is for another host name";
	return "the certificate cannot be verified";
}

static bool
body_has_left(const struct flight *flight)
{
	curl_off_t n = 0;

	if (flight->call->source != NULL)
		return flight->source_left == 0;
	curl_easy_getinfo(flight->easy, CURLINFO_SIZE_UPLOAD_T, &n);
	return (size_t)n >= flight->call->body.n;
}

static const char *
words_of_stage(const struct flight *flight)
{
	if (flight->answer_bytes > 0)
		return "reading the answer";
	if (flight->sent && !flight->again && !body_has_left(flight))
		return "sending the request";
	if (flight->sent)
		return "waiting for the answer";
	return flight->agreeing ? "agreeing on TLS" : "connecting";
}

static const char *
words_of_timeout(const struct flight *flight)
{
	double seconds = (double)(clock_elapsed_us() - flight->started_us) / 1e6;

	return arena_printf(flight->call->op->arena, "timed out after %.1f s while %s", seconds,
			    words_of_stage(flight));
}

static const char *
words_of_connect(const struct flight *flight, bool *own_fault)
{
	long number = 0;

	curl_easy_getinfo(flight->easy, CURLINFO_OS_ERRNO, &number);
	if (flight->socket_errno != 0)
		number = flight->socket_errno;
	return words_of_errno((int)number, own_fault);
}

static const char *
words_of_break(const struct flight *flight)
{
	return arena_printf(flight->call->op->arena, "the connection broke while %s",
			    words_of_stage(flight));
}

/* One of our own functions ended the call. */
static const char *
words_of_abort(const struct flight *flight)
{
	if (flight->unread)
		return "the body to be sent could not be read";
	return flight->again ? words_of_break(flight) : "this program is stopping";
}

static const char *
words_of_end(const struct flight *flight, CURLcode code)
{
	switch (code) {
	case CURLE_ABORTED_BY_CALLBACK:
		return words_of_abort(flight);
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		return "the answer is not HTTP";
	case CURLE_GOT_NOTHING:
		return "the connection was closed without an answer";
	case CURLE_OK:
	case CURLE_PARTIAL_FILE:
		return "the answer ended before it was whole";
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return words_of_break(flight);
	default:
		return curl_easy_strerror(code);
	}
}

static const char *
words_of_code(const struct flight *flight, CURLcode code, bool *own_fault)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return words_of_timeout(flight);
	case CURLE_COULDNT_CONNECT:
		return words_of_connect(flight, own_fault);
	case CURLE_PEER_FAILED_VERIFICATION:
		return words_of_certificate(flight);
	case CURLE_SSL_CONNECT_ERROR:
		return "the TLS handshake failed";
	default:
		return words_of_end(flight, code);
	}
}

const char *
flight_words(const struct flight *flight, CURLcode code, bool *own_fault)
{
	struct arena *arena = flight->call->op->arena;

	if (flight->blocked != NULL && !flight->sent)
		return arena_printf(arena, "not called: the address leads to %s", flight->blocked);
	if (flight->too_long)
		return arena_printf(arena, "the answer is longer than %zu bytes",
				    flight->call->max_answer);
	if (flight->untaken)
		return "the answer could not be taken";
	return words_of_code(flight, code, own_fault);
}
