import { createHmac } from 'node:crypto'

/**
 * Signatures as the Standard Webhooks specification has them: `v1,` and the base64 HMAC-SHA256 of
 * `<webhook-id>.<webhook-timestamp>.<raw body>`, keyed with the bytes behind the secret's `whsec_`.
 */
const SECRET_PREFIX = 'whsec_'

/** The specification's bounds for a secret, in bytes. */
export const SECRET_BYTES = { made: 32, min: 24, max: 64 } as const

/** The text form of a secret. */
export function formatSecret(bytes: Uint8Array): string {
  return SECRET_PREFIX + Buffer.from(bytes).toString('base64')
}

/**
 * A secret the subscriber chose: `whsec_` with base64, or any text of 24 to 64 bytes, whose UTF-8 bytes are then the key.
 * Returns the `whsec_` form, or `undefined` when it is too short or too long.
 */
export function adoptSecret(text: string): string | undefined {
  const bytes = text.startsWith(SECRET_PREFIX)
    ? decodeBase64(text.slice(SECRET_PREFIX.length))
    : Buffer.from(text)
  if (bytes === undefined || bytes.length < SECRET_BYTES.min || bytes.length > SECRET_BYTES.max)
    return undefined
  return formatSecret(bytes)
}

export interface SignedMessage {
  readonly id: string
  /** When it was sent, Unix seconds: receivers refuse messages older than a few minutes. */
  readonly timestamp: number
  readonly body: Uint8Array
}

/** The three headers; one signature per secret, so that a receiver may hold either while a secret is rotated. */
export function signatureHeaders(
  message: SignedMessage,
  secrets: readonly string[],
): { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string } {
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': secrets.map((secret) => sign(message, secret)).join(' '),
  }
}

function sign(message: SignedMessage, secret: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
  const hmac = createHmac('sha256', key)
  hmac.update(`${message.id}.${message.timestamp}.`).update(message.body)
  return `v1,${hmac.digest('base64')}`
}

function decodeBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]{1,100}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}
