// Tell a customer that an order is ready: WAGATE_URL and WAGATE_KEY from the environment.
const order = process.argv[2] ?? '4711';

async function send() {
  const answer = await fetch(`${process.env.WAGATE_URL}/api/send-message`, {
    method: 'POST',
    signal: AbortSignal.timeout(60_000),
    headers: {
      'Authorization': `Bearer ${process.env.WAGATE_KEY}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': `order-${order}-ready`, // the same again never sends twice
    },
    body: JSON.stringify({
      instance_id: 'demo-support-line',
      phone: '+966500000001',
      message: `Your order ${order} is ready.`,
      message_purpose: 'transactional',
      client_reference: `order-${order}`,
    }),
  });
  if (answer.status === 429 || answer.status === 503)
    throw Object.assign(new Error('later'), { wait: answer.headers.get('Retry-After') });
  return answer.json();
}

async function sendPatiently(waits) {
  try {
    return await send();
  } catch (error) {
    if (waits.length === 0)
      throw error;
    await new Promise((resume) => setTimeout(resume, 1000 * (error.wait ?? waits[0])));
    return sendPatiently(waits.slice(1));
  }
}

const result = await sendPatiently([1, 5, 30]);
if (!result.success) {
  console.error(`refused: ${result.error}: ${result.message}`);
  process.exit(1);
}
console.log(result.status, result.id); // "unknown": an event tells the truth later
