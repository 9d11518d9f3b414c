// Receive webhooks: WAGATE_SECRET from the environment, on port PORT. Needs nothing but Node.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = process.env.WAGATE_SECRET;
const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
const seen = new Set(); // in real life: a unique column of your database

// Over the bytes as they came, before anything is parsed.
function isGenuine(headers, body) {
  const stamp = headers['webhook-timestamp'] ?? '';
  if (!/^\d+$/.test(stamp) || Math.abs(Date.now() / 1000 - Number(stamp)) > 300)
    return false;
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${stamp}.`), body]);
  const wanted = Buffer.from('v1,' + createHmac('sha256', key).update(signed).digest('base64'));
  // Two signatures while a secret is rotated: one of them must be right.
  return (headers['webhook-signature'] ?? '').split(' ').some((one) => {
    const given = Buffer.from(one);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request)
    chunks.push(chunk);
  const body = Buffer.concat(chunks), id = request.headers['webhook-id'];
  const genuine = isGenuine(request.headers, body);
  response.writeHead(genuine ? 200 : 401).end(); // answer first, work afterwards
  if (!genuine || seen.has(id))
    return;
  seen.add(id);
  const event = JSON.parse(body);
  console.log(event.event, event.from, event.message_text);
}).listen(process.env.PORT ?? 9000, '127.0.0.1');
