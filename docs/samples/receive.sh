#!/bin/sh
# Receive webhooks as a CGI program, with nothing but openssl: WAGATE_SECRET from the environment.
body=$(mktemp)
trap 'rm -f "$body"' EXIT
cat >"$body" # the bytes as they came

key=$(printf %s "${WAGATE_SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
wanted=v1,$({ printf %s. "$HTTP_WEBHOOK_ID" "$HTTP_WEBHOOK_TIMESTAMP"; cat "$body"; } |
	openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)

genuine=false
age=$(($(date +%s) - ${HTTP_WEBHOOK_TIMESTAMP:-0}))
if [ "$age" -le 300 ] && [ "$age" -ge -300 ]; then
	# Two signatures while a secret is rotated: one of them must be right.
	for one in $HTTP_WEBHOOK_SIGNATURE; do
		[ "$one" = "$wanted" ] && genuine=true
	done
fi
if ! $genuine; then
	printf 'Status: 401 Unauthorized\r\n\r\n'
	exit
fi
mv "$body" "${SPOOL:-/tmp}/$HTTP_WEBHOOK_ID.json" # the same event again is the same file
printf 'Status: 200 OK\r\n\r\n'
