/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_FIXTURE_H
#define SIM_FIXTURE_H

/* Calls of the simulator's Graph API in the op of the test, and what its answers say. */
#include "core/json.h"
#include "gateway/simulator.h"
#include "op_fixture.h"

static inline struct sim_answer
graph(const char *method, const char *path, const char *token, const char *body)
{
	struct sim_answer answer;
	struct sim_request request = {
		.method = method,
		.path = path,
		.authorization = token == NULL ? NULL : arena_printf(op->arena, "Bearer %s", token),
		.body = bytes_of(body),
	};

	simulator_graph(op, &answer, &request);
	return answer;
}

static inline json_t *
tree(const char *text)
{
	json_t *root = NULL;

	assert_int_equal(json_read(op, &root, bytes_of(text)), RC_OK);
	return root;
}

static inline int64_t
error_code(const struct sim_answer *answer)
{
	json_t *root = tree(answer->body);

	assert_non_null(json_str(json_object_get(root, "error"), "fbtrace_id"));
	return json_int(json_object_get(root, "error"), "code", -1);
}

#endif
