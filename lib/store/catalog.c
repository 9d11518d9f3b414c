/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog - all that the product says to its database
 *
 * One line per store file, and the numbered migrations, which the build makes into C. The
 * writer daemon runs statements by their names, so a statement that is not listed here does
 * not exist. A test prepares every one of them.
 */
#include "store/catalog.h"

#include "store/account_store.h"
#include "store/api_key_store.h"
#include "store/audit_store.h"
#include "store/backlog_store.h"
#include "store/choice_store.h"
#include "store/conversation_store.h"
#include "store/count_store.h"
#include "store/delivery_store.h"
#include "store/endpoint_store.h"
#include "store/event_store.h"
#include "store/idempotency_store.h"
#include "store/inbound_media_store.h"
#include "store/inbound_store.h"
#include "store/inbox_list_store.h"
#include "store/inbox_store.h"
#include "store/incident_store.h"
#include "store/instance_state_store.h"
#include "store/instance_store.h"
#include "store/keyword_store.h"
#include "store/mail_store.h"
#include "store/message_store.h"
#include "store/once_store.h"
#include "store/pace_store.h"
#include "store/phone_store.h"
#include "store/policy_store.h"
#include "store/queue_store.h"
#include "store/recipient_store.h"
#include "store/replay_store.h"
#include "store/retention_store.h"
#include "store/session_store.h"
#include "store/state_store.h"
#include "store/status_store.h"
#include "store/suppression_store.h"
#include "store/template_store.h"
#include "store/trouble_store.h"
#include "store/use_store.h"
#include "store/user_store.h"
#include "store/velocity_store.h"

/* One a line, so that two who add one rarely meet. */
/* clang-format off */
static const struct stmt *const *const lists[] = {
	account_store_stmts,
	api_key_store_stmts,
	audit_store_stmts,
	backlog_store_stmts,
	conversation_store_stmts,
	count_store_stmts,
	delivery_list_store_stmts,
	delivery_store_stmts,
	endpoint_store_stmts,
	event_store_stmts,
	idempotency_store_stmts,
	inbound_list_store_stmts,
	inbound_store_stmts,
	inbox_list_store_stmts,
	inbox_store_stmts,
	instance_store_stmts,
	message_store_stmts,
	pace_store_stmts,
	policy_store_stmts,
	queue_store_stmts,
	recipient_store_stmts,
	session_store_stmts,
	state_store_stmts,
	status_store_stmts,
	suppression_store_stmts,
	template_store_stmts,
	use_store_stmts,
	user_store_stmts,
	velocity_store_stmts,
	replay_store_stmts,
	phone_store_stmts,
	instance_state_store_stmts,
	choice_store_stmts,
	keyword_store_stmts,
	inbound_media_store_stmts,
	delivery_wait_store_stmts,
	retention_store_stmts,
	once_store_stmts,
	incident_store_stmts,
	mail_store_stmts,
	trouble_store_stmts,
	NULL,
};
/* clang-format on */

static const struct migration migrations[] = {
#include "migrations.inc"
	{ 0, NULL, NULL },
};

const struct catalog store_catalog = { lists, migrations };
