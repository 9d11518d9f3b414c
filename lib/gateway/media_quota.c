/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_quota - how often a key may transfer files, apart from its sends
 *
 * Every request about media counts, refused ones of the provider too: each costs it and us a call.
 * Counted and committed before anything else is done, so that parallel requests pass no more often
 * than there is room.
 */
#include "core/settings.h"
#include "gateway/media_inside.h"
#include "gateway/send_limits.h"
#include "store/api_key_store.h"
#include "store/pace_store.h"

static struct pace_limit
windows_of(struct media *media, const char *key_id)
{
	return (struct pace_limit){
		.subject = limit_subject(media->work, "media", key_id),
		.per_second = settings()->limits_media_per_second,
		.per_minute = settings()->limits_media_per_minute,
		.now = media->work->op->now,
	};
}

static enum rc
refuse(struct media *media, const struct pace_limit *limit)
{
	struct send_work *work = media->work;
	struct pace_count count = { 0 };
	struct limit_hit hit;

	op_forgive(work->op);
	TRY(pace_store_look(work->op, &count, limit));
	hit = limit_fuller(limit, &count);
	limit_tell(work, &hit);
	limit_note_pace(&media->send, limit, &count);
	return send_refuse(work, REFUSAL_RATE,
			   "%s may transfer %lld files per %s; try again in %lld s",
			   media->send.key != NULL ? "This API key" : "You", (long long)hit.limit,
			   text_equal(hit.type, "min") ? "minute" : "second", limit_seconds(work));
}

enum rc
media_quota_take(struct op *op, struct media *media, const char *key_id)
{
	const struct pace_limit limit = windows_of(media, key_id);
	const struct api_key *key = media->send.key;
	struct batch *batch = batch_new(op);
	enum rc rc;

	pace_store_take(batch, &limit);
	if (key != NULL && key->last_used_at.ms + MINUTE_MS <= op->now.ms)
		api_key_store_touch(batch, key->id, op->now);
	rc = db_commit(op, batch);
	if (rc == RC_LIMIT)
		return refuse(media, &limit);
	return rc == RC_OK ? RC_OK : op_fail(op, rc, "%s", batch_why(batch));
}
