#!/bin/sh
# The same through the Graph API, as any Cloud API client sends it: only host and token are ours.
order=${1:-4711}

curl --silent --show-error --fail-with-body --retry 3 \
	"$WAGATE_URL/v23.0/$PHONE_NUMBER_ID/messages" \
	--header "Authorization: Bearer $WAGATE_KEY" \
	--header "Content-Type: application/json" \
	--header "Idempotency-Key: order-$order-ready" \
	--data '{
		"messaging_product": "whatsapp",
		"to": "966500000001",
		"type": "text",
		"text": { "body": "Your order '"$order"' is ready." }
	}'
