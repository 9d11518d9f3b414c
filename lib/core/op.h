/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_OP_H
#define CORE_OP_H

#include "core/arena.h"
#include "core/clock.h"

/*
 * One unit of work: a request, a job or a command. Made at its start, gone at its end.
 * First parameter of everything above core/. Kept short on purpose: a new member is a
 * decision to be written down in docs/ARCHITECTURE.md.
 */
struct op {
	struct arena *arena;
	struct instant now;      /* set once; what is stored and compared */
	struct instant deadline; /* calls out must end before it; 0: none */
	const char *request_id;  /* "req_...": in every log line and answer */
	const char *account_id;  /* bound as $1 in account scope; NULL before the gate */
	const char *actor;       /* "user:usr_...", "key:key_...", "worker", "cli" */
	void *reader;            /* the read connection on loan; db/ alone looks inside */
	char why[240];           /* one sentence, set by the first frame that knows */
	char code[48];           /* the machine's word for it ("invalid_instance"), may be "" */
};

/* An op on the heap with its own arena. actor is copied. */
struct op *op_begin(const char *actor);
void op_end(struct op *op);

/* Record why and return rc: return op_fail(op, RC_CONFLICT, "..."). The first sentence
 * stays; later ones are ignored. */
MUST_CHECK enum rc op_fail(struct op *op, enum rc rc, const char *format, ...) PRINTF_LIKE(3, 4);

/* The same with a code for machines, from domain/refusal.h or a field's name. */
MUST_CHECK enum rc
op_refuse(struct op *op, enum rc rc, const char *code, const char *format, ...) PRINTF_LIKE(4, 5);

/* Forget a recorded failure: the caller handled it. */
void op_forgive(struct op *op);

#endif
