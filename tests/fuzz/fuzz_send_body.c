/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the body of a send, in all three dialects. What passes the steps is a body for the
 * provider: whole JSON that is a good message, with the recipient and our id in it, and nothing
 * that the customer said is lost on the way. What does not pass says why. What the proxy dialect
 * takes the Graph dialect takes too, for the same person.
 */
#include <fcntl.h>
#include <unistd.h>

#include "core/secret.h"
#include "core/settings.h"
#include "domain/message_check.h"
#include "gateway/send_inside.h"
#include "store/catalog.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An empty database in a folder below the one where the target runs: replies look for messages. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char conf[] = "[database]\nwriter = inline\n";
	char folder[] = "store-XXXXXX";
	struct op *op;
	const char *problems;
	int fd, applied;

	(void)argc;
	(void)argv;
	secret_start();
	expect(mkdtemp(folder) != NULL && chdir(folder) == 0);
	fd = open("wagate.conf", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	expect(fd >= 0 && write(fd, conf, strlen(conf)) == (ssize_t)strlen(conf));
	close(fd);
	expect(chdir("..") == 0);
	op = op_begin("fuzz");
	expect(settings_load(arena_printf(op->arena, "%s/wagate.conf", folder), &problems) ==
	       RC_OK);
	expect(db_migrate(op, &store_catalog, &applied) == RC_OK);
	expect(db_open(op, &store_catalog, false) == RC_OK);
	op_end(op);
	return 0;
}

/* Whom the provider's body names, in the spelling that is stored. */
static bool
names(struct op *op, const json_t *payload, const char *recipient)
{
	const char *to = json_str(payload, "to"), *person = json_str(payload, "recipient");

	return text_equal(to, recipient) ||
	       text_equal(recipient_normalize(op->arena, to), recipient) ||
	       (to == NULL && text_equal(person, recipient));
}

static void
check_payload(struct send_work *work, const json_t *payload)
{
	const struct send *send = work->send;
	struct message_fault fault;

	expect(message_check(work->op, payload, &fault) == RC_OK);
	expect(send->receipt == message_is_receipt(payload));
	if (send->receipt) {
		expect(send->dialect != DIALECT_GUARDED && bytes_equal(work->payload, send->body));
		return;
	}
	expect(names(work->op, payload, send->to));
	expect(json_object_get(payload, send_tag) != NULL);
	expect(text_equal(send->type, message_type(payload)));
	expect(strlen(send->text) <= MESSAGE_WORDS_MAX && text_is_utf8(bytes_of(send->text)));
	expect((send->template_name != NULL) == text_equal(send->type, "template"));
}

/* Meta's own body keeps every member as it was; the guarded one what it has of Meta's. */
static void
check_untouched(const struct send_work *work, const json_t *payload)
{
	const char *name, *type = work->send->type;
	json_t *value;

	if (work->send->dialect == DIALECT_GUARDED) {
		value = json_object_get(work->root, type);
		expect(json_is_null(value) || value == NULL ||
		       json_equal(json_object_get(payload, type), value));
		return;
	}
	json_object_foreach(work->root, name, value)
		expect(json_equal(json_object_get(payload, name), value));
}

/* True when it was taken; whom it is for into to. */
static bool
try_dialect(enum dialect dialect, struct bytes body, char *to, size_t n)
{
	struct op *op = op_begin("fuzz");
	struct send send = { .dialect = dialect, .source = "fuzz", .body = body };
	struct send_work *work = send_work_new(op, &send, SEND_NOW);
	json_t *payload = NULL;
	bool taken;

	op->account_id = "acc_fuzz";
	taken = send_step_json(work) == RC_OK && send_step_fields(work) == RC_OK;
	if (taken) {
		expect(send.refusal == REFUSAL_NONE);
		expect(json_read(op, &payload, work->payload) == RC_OK);
		check_payload(work, payload);
		check_untouched(work, payload);
		snprintf(to, n, "%s", send.to == NULL ? "" : send.to);
	} else {
		expect(send.refusal != REFUSAL_NONE && op->why[0] != '\0');
	}
	db_rest(op);
	op_end(op);
	return taken;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes body = bytes_slice(data, size);
	char proxy[1024], graph[1024];

	try_dialect(DIALECT_GUARDED, body, proxy, sizeof(proxy));
	if (try_dialect(DIALECT_PROXY, body, proxy, sizeof(proxy))) {
		expect(try_dialect(DIALECT_GRAPH, body, graph, sizeof(graph)));
		expect(text_equal(proxy, graph));
	} else {
		try_dialect(DIALECT_GRAPH, body, graph, sizeof(graph));
	}
	return 0;
}
