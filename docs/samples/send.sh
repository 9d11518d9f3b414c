#!/bin/sh
# Tell a customer that an order is ready: WAGATE_URL and WAGATE_KEY from the environment.
# The same Idempotency-Key again never sends twice, so repeating is harmless.
order=${1:-4711}

curl --silent --show-error --fail-with-body --retry 3 "$WAGATE_URL/api/send-message" \
	--header "Authorization: Bearer $WAGATE_KEY" \
	--header "Content-Type: application/json" \
	--header "Idempotency-Key: order-$order-ready" \
	--data '{
		"instance_id": "demo-support-line",
		"phone": "+966500000001",
		"message": "Your order '"$order"' is ready.",
		"message_purpose": "transactional",
		"client_reference": "order-'"$order"'"
	}'
