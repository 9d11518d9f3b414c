/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SEND_FIXTURE_H
#define SEND_FIXTURE_H

/* The product's database, calls out, and a provider on loopback that says what it is told to, for
 * tests that send. */
#include "domain/api_key.h"
#include "gateway/credentials.h"
#include "gateway/send_message.h"
#include "net/net.h"
#include "peer.h"
#include "store/status_store.h"
#include "store_fixture.h"

/* ---- the provider ---- */

static const char accepted[] =
	"{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":\"x\","
	"\"wa_id\":\"5511999990001\"}],\"messages\":[{\"id\":\"wamid.%d\"}]}";

static struct {
	pthread_mutex_t lock;
	int status;       /* 0: hang up without an answer */
	const char *body; /* %d: number of the answer */
	void (*meanwhile)(const struct peer_request *r);
	char seen[8192]; /* body of the last request */
	int number;
} graph = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* What the provider says to a request, into body. Gives the status. */
static inline int
verdict(const struct peer_request *r, char *body, size_t n)
{
	int status;

	pthread_mutex_lock(&graph.lock);
	if (graph.meanwhile != NULL)
		graph.meanwhile(r);
	snprintf(graph.seen, sizeof(graph.seen), "%.*s", (int)r->body_n, r->body);
	status = graph.status;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(body, n, graph.body, ++graph.number);
#pragma GCC diagnostic pop
	pthread_mutex_unlock(&graph.lock);
	return status;
}

static inline bool
provider_serve(struct peer_request *r)
{
	char body[1024], head[160];
	int status = verdict(r, body, sizeof(body));

	if (status == 0)
		return false;
	snprintf(head, sizeof(head),
		 "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
		 status, strlen(body));
	peer_say(r->fd, head);
	peer_say(r->fd, body);
	return true;
}

static inline void
provider_meanwhile(int status, const char *body, void (*meanwhile)(const struct peer_request *r))
{
	pthread_mutex_lock(&graph.lock);
	graph.status = status;
	graph.body = body;
	graph.meanwhile = meanwhile;
	pthread_mutex_unlock(&graph.lock);
}

static inline void
provider_answers(int status, const char *body)
{
	provider_meanwhile(status, body, NULL);
}

/* The body that the provider got last. */
static inline const char *
provider_saw(struct op *op)
{
	const char *body;

	pthread_mutex_lock(&graph.lock);
	body = arena_dup(op->arena, graph.seen);
	pthread_mutex_unlock(&graph.lock);
	return body;
}

/* For provider_meanwhile: a status webhook is quicker than the answer. */
static inline void
meanwhile_delivered(const struct peer_request *r)
{
	struct op *op = fixture_op();
	const char *at = strstr(r->body, "msg_");
	struct message m = { .status = "delivered", .delivered_at = { 5 } };
	struct batch *batch = batch_new(op);

	m.id = arena_dupn(op->arena, at, 28);
	status_store_move(batch, &m, "sending");
	must(op, db_commit(op, batch));
	op_end(op);
}

/* ---- around it ---- */

static const struct api_key production = {
	.id = "key_1",
	.account_id = "acc_fixture",
	.environment = "production",
	.scopes = "send,read",
};

static inline void
seal_token(void)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct instance instance = fixture_instance;

	instance.access_token = credential_seal(op, SEALED_ACCESS_TOKEN, instance.id, "token");
	instance_store_update(batch, &instance);
	must(op, db_commit(op, batch));
	op_end(op);
}

static inline int
setup_sends(void **state)
{
	char extra[256];

	(void)state;
	peer_start(provider_serve);
	snprintf(extra, sizeof(extra),
		 "[cloud]\ngraph_url = http://127.0.0.1:%d\n[send]\ntimeout = 5\n"
		 "[limits]\nper_second = 10000\nper_minute = 600000\nnumber_per_second = 10000\n"
		 "pair_burst = 1000\n",
		 peer.port);
	store_begin(extra);
	seal_token();
	net_start(true);
	return 0;
}

static inline int
teardown_sends(void **state)
{
	(void)state;
	net_stop();
	store_end();
	return 0;
}

#endif
