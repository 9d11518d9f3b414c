#!/bin/sh
# The same through the proxy API: Meta's own body; the answer is Meta's, inside "data".
order=${1:-4711}

curl --silent --show-error --fail-with-body --retry 3 "$WAGATE_URL/v1/wa/message" \
	--header "Authorization: Bearer $WAGATE_KEY" \
	--header "Content-Type: application/json" \
	--header "Idempotency-Key: order-$order-ready" \
	--data '{
		"messaging_product": "whatsapp",
		"to": "966500000001",
		"type": "text",
		"text": { "body": "Your order '"$order"' is ready." }
	}'
