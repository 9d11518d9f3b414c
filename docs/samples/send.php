<?php
// Tell a customer that an order is ready: WAGATE_URL and WAGATE_KEY from the environment.
$order = $argv[1] ?? '4711';

$call = curl_init(getenv('WAGATE_URL') . '/api/send-message');
curl_setopt_array($call, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 60,
    CURLOPT_HTTPHEADER => [
        'Authorization: Bearer ' . getenv('WAGATE_KEY'),
        'Content-Type: application/json',
        "Idempotency-Key: order-$order-ready", // the same again never sends twice
    ],
    CURLOPT_POSTFIELDS => json_encode([
        'instance_id' => 'demo-support-line',
        'phone' => '+966500000001',
        'message' => "Your order $order is ready.",
        'message_purpose' => 'transactional',
        'client_reference' => "order-$order",
    ]),
]);

foreach ([1, 5, 30, null] as $wait) {
    $body = curl_exec($call);
    $status = curl_getinfo($call, CURLINFO_RESPONSE_CODE);
    if (($body !== false && $status != 429 && $status != 503) || $wait === null) {
        break;
    }
    sleep($wait);
}

$answer = $body === false ? null : json_decode($body, true);
if (!($answer['success'] ?? false)) {
    fwrite(STDERR, 'refused: ' . ($answer['message'] ?? curl_error($call)) . "\n");
    exit(1);
}
echo $answer['status'], ' ', $answer['id'], "\n"; // "unknown": an event tells the truth later
