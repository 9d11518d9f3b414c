/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demo's facts: what `make run` prints and keeps in demo.json for scripts. Keys and
 * passwords were made by `wagate init --demo` and stand in that file only; the address is
 * brought up to date at each start, before anything serves.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/settings.h"
#include "serve.h"

enum { FACTS_MAX = 1 << 16 };

static const char *
demo_path(struct op *op)
{
	return arena_printf(op->arena, "%s/demo.json", settings()->data_dir);
}

static enum rc
facts_read(struct op *op, json_t **out)
{
	char *text = arena_alloc(op->arena, FACTS_MAX);
	int fd = open(demo_path(op), O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return op_fail(op, RC_MISSING,
			       "%s: %s; only data made by `wagate init --demo` has it",
			       demo_path(op), strerror(errno));
	n = read(fd, text, FACTS_MAX);
	close(fd);
	return json_read(op, out, bytes_slice(text, n > 0 ? (size_t)n : 0));
}

static enum rc
facts_write(struct op *op, const json_t *facts)
{
	const char *fresh = arena_printf(op->arena, "%s.new", demo_path(op));
	struct bytes text = bytes_of(json_text(op, facts));
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n;

	if (fd >= 0 && close(fd) != 0)
		written = false;
	if (!written || rename(fresh, demo_path(op)) != 0)
		return op_fail(op, RC_INTERNAL, "cannot write %s: %s", demo_path(op),
			       strerror(errno));
	return RC_OK;
}

enum rc
demo_refresh(struct op *op)
{
	json_t *facts = NULL;

	TRY(facts_read(op, &facts));
	json_put(facts, "url", settings()->web_url);
	json_put(facts, "config", settings()->file);
	return facts_write(op, facts);
}

enum rc
demo_print(struct op *op)
{
	json_t *facts = NULL;

	TRY(facts_read(op, &facts));
	printf("\n"
	       "  wagate is up: %s\n\n"
	       "  sign in            %s\n"
	       "  password           %s\n"
	       "  operator           %s\n"
	       "  password           %s\n"
	       "  production key     %s\n"
	       "  sandbox key        %s\n"
	       "  simulator (chat)   %s/_sim/\n\n"
	       "  Send a message; it arrives in the chat, its statuses come back:\n\n"
	       "curl %s/api/send-message -H 'Authorization: Bearer %s' -H 'Content-Type: "
	       "application/json' "
	       "-d '{\"instance_id\":\"demo-support-line\",\"phone\":\"+966500000001\","
	       "\"message\":\"Your order is ready.\",\"message_purpose\":\"transactional\"}'\n\n"
	       "  Ctrl-C stops everything; the data stays in %s.\n\n",
	       settings()->web_url, json_str(facts, "email"), json_str(facts, "password"),
	       json_str(facts, "operator_email"), json_str(facts, "operator_password"),
	       json_str(facts, "production_key"), json_str(facts, "sandbox_key"),
	       settings()->web_url, settings()->web_url, json_str(facts, "production_key"),
	       settings()->data_dir);
	fflush(stdout);
	return RC_OK;
}

/* Under which address a browser on this machine reaches a bound address. */
static const char *
reachable(struct op *op, const char *bind, int64_t port)
{
	bool any = text_equal(bind, "0.0.0.0") || text_equal(bind, "::");
	bool v6 = strchr(bind, ':') != NULL && !any;

	return arena_printf(op->arena, "http://%s%s%s:%lld", v6 ? "[" : "",
			    any ? "127.0.0.1" : bind, v6 ? "]" : "", (long long)port);
}

bool
demo_elsewhere(const char **bind, int64_t *port)
{
	const struct settings *s = settings();

	if (*bind == NULL)
		*bind = s->web_bind;
	if (*port == 0)
		*port = s->web_port;
	return !text_equal(*bind, s->web_bind) || *port != s->web_port;
}

enum rc
demo_move(struct op *op, const char *bind, int64_t port)
{
	const struct settings *s = settings();
	const char *url = reachable(op, bind, port);

	TRY(config_edit(op, s->file, "web", "bind", bind));
	TRY(config_edit(op, s->file, "web", "port",
			arena_printf(op->arena, "%lld", (long long)port)));
	TRY(config_edit(op, s->file, "web", "url", url));
	if (s->simulator_on && text_ends(s->cloud_graph_url, "/_sim"))
		TRY(config_edit(op, s->file, "cloud", "graph_url",
				arena_printf(op->arena, "%s/_sim", url)));
	return RC_OK;
}
