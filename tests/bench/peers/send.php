<?php
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a PHP programmer would write instead of wagate's POST /api/send-message: key, suppression,
 * a durable record before and after the call to Meta, the answer as JSON. The database connection
 * is kept by the PHP-FPM child; PHP 8.2 cannot keep a curl connection from one request to the next.
 */
declare(strict_types=1);

const PURPOSES = ['transactional', 'operational', 'support', 'internal_team', 'authentication'];

function answer(int $status, array $body): never
{
	http_response_code($status);
	header('Content-Type: application/json');
	echo json_encode($body, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
	exit;
}

function refuse(int $status, string $error): never
{
	answer($status, ['success' => false, 'error' => $error]);
}

function database(): PDO
{
	$db = new PDO('sqlite:' . getenv('PEER_DATABASE'), null, null, [
		PDO::ATTR_PERSISTENT => true,
		PDO::ATTR_TIMEOUT => 30,
		PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
		PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
	]);
	$db->exec('PRAGMA synchronous = FULL');
	return $db;
}

function row(PDO $db, string $sql, array $values): array|false
{
	$statement = $db->prepare($sql);
	$statement->execute($values);
	return $statement->fetch();
}

/* What came, or the end of this request. */
function input(): array
{
	$in = json_decode(file_get_contents('php://input'), true);
	if (!is_array($in))
		refuse(400, 'invalid_json');
	foreach (['instance_id', 'phone', 'message', 'message_purpose'] as $name)
		if (!is_string($in[$name] ?? null) || $in[$name] === '')
			refuse(400, "missing_$name");
	$in['recipient'] = preg_replace('/[^0-9]/', '', $in['phone']);
	if (!preg_match('/^[1-9][0-9]{6,14}$/', $in['recipient']))
		refuse(400, 'invalid_phone');
	if (!in_array($in['message_purpose'], PURPOSES, true))
		refuse(403, 'purpose_not_allowed');
	return $in;
}

/* [status, Meta's id or null]: unknown whenever Meta may have the message. */
function call_meta(array $instance, string $payload): array
{
	$curl = curl_init(getenv('PEER_UPSTREAM') . "/v23.0/{$instance['phone_number_id']}/messages");
	curl_setopt_array($curl, [
		CURLOPT_POSTFIELDS => $payload,
		CURLOPT_HTTPHEADER => ['Content-Type: application/json',
			"Authorization: Bearer {$instance['access_token']}"],
		CURLOPT_CAINFO => getenv('PEER_CA'),
		CURLOPT_RETURNTRANSFER => true,
		CURLOPT_CONNECTTIMEOUT => 5,
		CURLOPT_TIMEOUT => 30,
	]);
	$body = curl_exec($curl);
	$code = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
	if ($body === false)
		return [curl_getinfo($curl, CURLINFO_PRETRANSFER_TIME) > 0 ? 'unknown' : 'failed', null];
	$id = json_decode($body, true)['messages'][0]['id'] ?? null;
	if ($code === 200)
		return $id !== null ? ['sent', $id] : ['unknown', null];
	return [$code >= 500 ? 'unknown' : 'failed', null];
}

$db = database();
if (!preg_match('/^Bearer (\S+)$/', $_SERVER['HTTP_AUTHORIZATION'] ?? '', $bearer))
	refuse(401, 'missing_api_key');
$key = row($db, 'SELECT account_id FROM api_key WHERE hash = ? AND revoked_at IS NULL',
	[hash('sha256', $bearer[1])]);
if (!$key)
	refuse(401, 'invalid_api_key');
$in = input();
$instance = row($db, 'SELECT * FROM instance WHERE id = ? AND account_id = ?',
	[$in['instance_id'], $key['account_id']]);
if (!$instance)
	refuse(404, 'instance_not_found');
if (row($db, 'SELECT 1 FROM suppression WHERE account_id = ? AND recipient = ?',
	[$key['account_id'], $in['recipient']]))
	refuse(403, 'recipient_suppressed');

$id = 'msg_' . bin2hex(random_bytes(13));
$payload = json_encode(['messaging_product' => 'whatsapp', 'to' => $in['recipient'], 'type' => 'text',
	'text' => ['body' => $in['message']], 'biz_opaque_callback_data' => $id], JSON_THROW_ON_ERROR);
$db->prepare('INSERT INTO message (id, account_id, instance_id, recipient, purpose, payload, status, created_at)
	VALUES (?, ?, ?, ?, ?, ?, \'sending\', ?)')->execute([$id, $key['account_id'], $instance['id'],
	$in['recipient'], $in['message_purpose'], $payload, (int)(microtime(true) * 1000)]);
[$status, $provider_id] = call_meta($instance, $payload);
$db->prepare('UPDATE message SET status = ?, provider_id = ?, done_at = ? WHERE id = ?')
	->execute([$status, $provider_id, (int)(microtime(true) * 1000), $id]);
answer(['sent' => 200, 'unknown' => 202, 'failed' => 502][$status],
	['success' => $status !== 'failed', 'id' => $id, 'status' => $status, 'message_id' => $provider_id]);
