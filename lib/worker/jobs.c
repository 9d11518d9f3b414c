/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jobs - the table of background work
 *
 * A verb each, and how often it has its turn; the loop knows no more of them. Each does a portion
 * and says how much it did and when there is more.
 */
#include "worker/jobs.h"

#include "gateway/conversations.h"
#include "gateway/deliver.h"
#include "gateway/instance_state.h"
#include "gateway/keep_media.h"
#include "gateway/notices.h"
#include "gateway/receive.h"
#include "gateway/replay_deliveries.h"
#include "gateway/retention.h"
#include "gateway/send_message.h"
#include "gateway/templates.h"

enum { INBOX_PORTION = 100 };

#define SWEEP_MS (60 * SECOND_MS)
#define RETENTION_MS INT64_C(100) /* a small portion each time */

static enum rc
apply(struct op *op, struct progress *out)
{
	TRY(gateway_apply_inbox(op, INBOX_PORTION, &out->done));
	out->next_ms = out->done > 0 ? 0 : -1;
	return RC_OK;
}

static enum rc
deliver(struct op *op, struct progress *out)
{
	int64_t started = 0, settled = 0;

	TRY(gateway_deliver_turn(op, &started, &settled, &out->next_ms));
	out->done = started + settled;
	return RC_OK;
}

static enum rc
dispatch(struct op *op, struct progress *out)
{
	int64_t started = 0, settled = 0;

	TRY(gateway_dispatch_turn(op, &started, &settled, &out->next_ms));
	out->done = started + settled;
	return RC_OK;
}

static enum rc
simulate(struct op *op, struct progress *out)
{
	return gateway_simulate_turn(op, &out->done, &out->next_ms);
}

static enum rc
reap_sends(struct op *op, struct progress *out)
{
	return gateway_reap_sends(op, &out->done);
}

static enum rc
forget_paces(struct op *op, struct progress *out)
{
	return gateway_forget_paces(op, &out->done);
}

static enum rc
sweep(struct op *op, struct progress *out)
{
	return gateway_forget_statuses(op, &out->done);
}

static enum rc
forget_keys(struct op *op, struct progress *out)
{
	return gateway_forget_idempotency(op, &out->done);
}

static enum rc
forget_velocity(struct op *op, struct progress *out)
{
	return gateway_forget_velocity(op, &out->done);
}

static enum rc
expire_deliveries(struct op *op, struct progress *out)
{
	return gateway_expire_deliveries(op, &out->done);
}

static enum rc
retain(struct op *op, struct progress *out)
{
	return gateway_retention_turn(op, &out->done);
}

static enum rc
sync_templates(struct op *op, struct progress *out)
{
	return gateway_templates_turn(op, &out->done, &out->next_ms);
}

static enum rc
keep_media(struct op *op, struct progress *out)
{
	return gateway_keep_turn(op, &out->done, &out->next_ms);
}

static enum rc
forget_media(struct op *op, struct progress *out)
{
	return gateway_forget_media(op, &out->done);
}

static enum rc
replay(struct op *op, struct progress *out)
{
	return gateway_replay_turn(op, &out->done, &out->next_ms);
}

static enum rc
close_windows(struct op *op, struct progress *out)
{
	return gateway_close_windows(op, &out->done);
}

static enum rc
end_restrictions(struct op *op, struct progress *out)
{
	return gateway_end_restrictions(op, &out->done);
}

static enum rc
notice(struct op *op, struct progress *out)
{
	return gateway_notice_turn(op, &out->done, &out->next_ms);
}

static enum rc
send_mail(struct op *op, struct progress *out)
{
	return gateway_mail_turn(op, &out->done, &out->next_ms);
}

struct job worker_jobs[] = {
	{ "inbox.apply", apply, 0, 0 },
	{ "send.dispatch", dispatch, 0, 0 },
	{ "send.simulate", simulate, 0, 0 },
	{ "delivery.turn", deliver, 0, 0 },
	{ "message.reap", reap_sends, 5 * SECOND_MS, 0 },
	{ "template.sync", sync_templates, 0, 0 },
	{ "status.forget", sweep, SWEEP_MS, 0 },
	{ "pace.forget", forget_paces, 10 * SECOND_MS, 0 },
	{ "idempotency.forget", forget_keys, SWEEP_MS, 0 },
	{ "velocity.forget", forget_velocity, SWEEP_MS, 0 },
	{ "delivery.replay", replay, 0, 0 },
	{ "conversation.close", close_windows, SECOND_MS, 0 },
	{ "instance.release", end_restrictions, SWEEP_MS, 0 },
	{ "media.keep", keep_media, 0, 0 },
	{ "media.forget", forget_media, 10 * SECOND_MS, 0 },
	{ "delivery.expire", expire_deliveries, SWEEP_MS, 0 },
	{ "retention.sweep", retain, RETENTION_MS, 0 },
	{ "notice.turn", notice, 0, 0 },
	{ "mail.turn", send_mail, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
