/** RFC 4648 §6 without padding: capitals and digits, so that a QR code holds them in its dense alphanumeric mode. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const PROOF_CHARACTERS = 8
const SHAPE = /^ABR1-([0-9A-Z]{26})-([A-Z2-7]{8})$/

/**
 * What a cover sheet carries so that a reply finds the fax it answers: the fax's id, and 40 bits of a keyed hash of it, so that nobody
 * can make one up. It names no person and no number.
 * @param faxId `fax_…`
 * @param mac keyed hash of the id, at least 5 bytes
 */
export function formatReturnCode(faxId: string, mac: Uint8Array): string {
  return `ABR1-${faxId.slice('fax_'.length).toUpperCase()}-${proof(mac)}`
}

/** The fax a scanned text claims to answer; whether it may is for `isProofOf` to say. Untrusted text. */
export function readReturnCode(text: string): { readonly faxId: string; readonly proof: string } | undefined {
  const found = SHAPE.exec(text.trim().toUpperCase())
  return found ? { faxId: `fax_${found[1]!.toLowerCase()}`, proof: found[2]! } : undefined
}

/** Nothing is learnt by guessing: a wrong guess links nothing and is answered by nobody. */
export function isProofOf(mac: Uint8Array, claimed: string): boolean {
  return proof(mac) === claimed
}

function proof(mac: Uint8Array): string {
  let value = mac.subarray(0, 5).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  let text = ''
  for (; text.length < PROOF_CHARACTERS; value /= 32n) text = BASE32[Number(value % 32n)] + text
  return text
}
