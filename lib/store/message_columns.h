/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_MESSAGE_COLUMNS_H
#define STORE_MESSAGE_COLUMNS_H

/* What message_shape reads, of the table message under its own name. */
#define MESSAGE_COLUMNS                                                                            \
	"id, account_id, instance_id, log_id, api_key_id, source, recipient, wa_id, user_id, "     \
	"type, purpose, simulated, payload, client_reference, status, provider_id, error_code, "   \
	"error_title, error_details, error_retryable, price, created_at, sending_until, sent_at, " \
	"provider_sent_at, delivered_at, read_at, played_at, failed_at, unknown_until, "           \
	"cancelled_at, send_at, valid_until, due_at, error_word, body_hash, risk_parts, "          \
	"attempts, risk_score, marketing"

#endif
