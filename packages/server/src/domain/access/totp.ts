import { createHmac, timingSafeEqual } from 'node:crypto'

/** One-time codes by time (RFC 6238): HMAC-SHA-1, 30 s, six digits, as every authenticator app has them. */
const STEP_MS = 30_000
const DIGITS = 6
/** RFC 4226 §4 R6 asks for 128 bits at least and recommends 160. */
export const TOTP_SECRET_BYTES = 20
/** RFC 6238 §5.2: one step back for the way the code takes, one ahead for a clock that is fast. */
const DRIFT_STEPS = [0, -1, 1]
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code of a counter (RFC 4226 §5.3). */
export function hotp(secret: Uint8Array, counter: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const digest = createHmac('sha1', secret).update(message).digest()
  const offset = digest[19]! & 0x0f
  const truncated = digest.readUInt32BE(offset) & 0x7fffffff
  return String(truncated % 10 ** DIGITS).padStart(DIGITS, '0')
}

/**
 * The time step a code belongs to, or `undefined` for a wrong one. A step up to `usedStep` is refused: each code works once
 * (RFC 6238 §5.2).
 */
export function totpStep(
  secret: Uint8Array,
  code: string,
  nowMs: number,
  usedStep: number,
): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const now = Math.floor(nowMs / STEP_MS)
  return DRIFT_STEPS.map((drift) => now + drift).find(
    (step) =>
      step > usedStep && step >= 0 && timingSafeEqual(Buffer.from(hotp(secret, step)), Buffer.from(code)),
  )
}

/** What an authenticator app reads as a QR code (the key URI format). */
export function totpUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`
}

/** RFC 4648 §6, without padding: what people type who cannot scan. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += BASE32[(held >> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + BASE32[(held << (5 - bits)) & 31] : text
}
