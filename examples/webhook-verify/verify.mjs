import { createHmac, timingSafeEqual } from 'node:crypto'

/** Throws unless the request was signed with `secret` within the last five minutes. `rawBody`: the bytes as received. */
export function verifyWebhook(secret, headers, rawBody, nowSeconds = Date.now() / 1000) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers
  if (!(Math.abs(nowSeconds - Number(timestamp)) <= 300)) throw new Error('webhook: too old or not signed')
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest()
  const isOurs = (signature) => {
    const [version, text = ''] = signature.split(',')
    const sent = Buffer.from(text, 'base64')
    return version === 'v1' && sent.length === expected.length && timingSafeEqual(sent, expected)
  }
  if (!signatures.split(' ').some(isOurs)) throw new Error('webhook: wrong signature')
}
