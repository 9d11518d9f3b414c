<?php
// Receive webhooks: WAGATE_SECRET from the environment. To try it: php -S 127.0.0.1:9000 receive.php
$secret = getenv('WAGATE_SECRET');
$key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6)) : $secret;

$body = file_get_contents('php://input'); // the bytes as they came, before anything is parsed
$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
$stamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
$wanted = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$stamp.$body", $key, true));

$genuine = false;
if (ctype_digit($stamp) && abs(time() - (int) $stamp) <= 300) {
    // Two signatures while a secret is rotated: one of them must be right.
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $one) {
        $genuine = $genuine || hash_equals($wanted, $one);
    }
}
if (!$genuine) {
    http_response_code(401);
    exit;
}

// Here: store $id in a unique column; when it is there already, answer 200 and do nothing more.
$event = json_decode($body, true);
error_log(implode(' ', [$event['event'] ?? '', $event['from'] ?? '', $event['message_text'] ?? '']));
http_response_code(200); // and do the work from a queue, not here
