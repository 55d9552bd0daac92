import { createPublicKey, hash, verify } from 'node:crypto'

/** What a checkpoint says: of which log, how many leaves, their root, and when it was made. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  readonly at: Date
}

/** The type octet of Ed25519 in C2SP signed-note keys. */
const ED25519 = Buffer.of(1)

/** The text that is signed: C2SP tlog-checkpoint, with the time as an extension line. */
export function checkpointText({ origin, size, root, at }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\ntime ${at.toISOString()}\n`
}

/** C2SP signed-note: the text, a blank line, and a line that starts with an em dash. */
export function signedNote(text: string, name: string, publicKey: Buffer, signature: Buffer): string {
  const blob = Buffer.concat([noteKeyHash(name, publicKey), signature])
  return `${text}\n\u2014 ${name} ${blob.toString('base64')}\n`
}

/** What a signed note of ours says; `undefined` when this key did not sign it, or it is no checkpoint. */
export function openCheckpoint(
  note: string,
  publicKey: Buffer,
): Pick<Checkpoint, 'size' | 'root'> | undefined {
  const [origin, size = '', root = ''] = openNote(note, publicKey)?.split('\n') ?? []
  if (origin !== logName(publicKey) || !/^\d{1,15}$/.test(size)) return undefined
  return { size: Number(size), root: Buffer.from(root, 'base64') }
}

/** The text of a signed note; `undefined` when this key did not sign it. */
export function openNote(note: string, publicKey: Buffer): string | undefined {
  const name = logName(publicKey)
  const [text = '', signatures = ''] = note.split('\n\n')
  const prefix = `\u2014 ${name} `
  const line = signatures.split('\n').find((each) => each.startsWith(prefix))
  if (line === undefined) return undefined
  const blob = Buffer.from(line.slice(prefix.length), 'base64')
  const isOurs = blob.subarray(0, 4).equals(noteKeyHash(name, publicKey))
  if (!isOurs || !verify(null, Buffer.from(`${text}\n`), keyOf(publicKey), blob.subarray(4))) return undefined
  return text
}

/** Whose note it says it is, which nobody has checked. */
export function signerOf(note: string): string | undefined {
  return /\n\n\u2014 (\S{1,100}) /.exec(note)?.[1]
}

/** The key as other programs take it (RFC 8410). */
export function publicKeyPem(publicKey: Buffer): string {
  return keyOf(publicKey).export({ type: 'spki', format: 'pem' }).toString()
}

function keyOf(publicKey: Buffer) {
  return createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
  })
}

/** `name+hash+key`, by which anybody may check a note. */
export function verifierKey(name: string, publicKey: Buffer): string {
  const key = Buffer.concat([ED25519, publicKey]).toString('base64')
  return `${name}+${noteKeyHash(name, publicKey).toString('hex')}+${key}`
}

/** A name of its own for every log, from its key: it holds no space and no plus, as a note's key name must not. */
export function logName(publicKey: Buffer): string {
  return `answerback.audit/${hash('sha256', publicKey).slice(0, 16)}`
}

function noteKeyHash(name: string, publicKey: Buffer): Buffer {
  const key = Buffer.concat([Buffer.from(`${name}\n`), ED25519, publicKey])
  return hash('sha256', key, 'buffer').subarray(0, 4)
}
