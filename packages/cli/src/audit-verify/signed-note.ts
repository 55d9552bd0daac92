import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'

/** The key a log's notes are checked with. */
export interface VerifierKey {
  readonly name: string
  readonly id: Buffer
  readonly key: KeyObject
}

/** What stands before the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410 §4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')
const ED25519 = 1
const VERIFIER_KEY = /^([^\s+]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/
const SIGNATURE_LINE = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/
const NOTE_CHARACTERS_MAX = 20_000

/** `name+hash+key` of C2SP signed-note. `undefined` when it is none, or its hash is not its own. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const [, name, id, encoded] = VERIFIER_KEY.exec(text) ?? []
  if (name === undefined || id === undefined || encoded === undefined) return undefined
  const typed = Buffer.from(encoded, 'base64')
  if (typed.length !== 33 || typed[0] !== ED25519 || typed.toString('base64') !== encoded) return undefined
  const expected = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer').subarray(0, 4)
  if (expected.toString('hex') !== id) return undefined
  const spki = Buffer.concat([SPKI_HEAD, typed.subarray(1)])
  return { name, id: expected, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) }
}

/** A checkpoint whose signature holds. */
export interface OpenedCheckpoint {
  readonly size: number
  readonly root: Buffer
  /** When it was signed, in ms since 1970; `undefined` in a note that does not say. */
  readonly atMs: number | undefined
}

/** C2SP tlog-checkpoint. @returns what is wrong with it, as a clause, when it does not hold */
export function openCheckpoint(note: string, key: VerifierKey): OpenedCheckpoint | string {
  const split = note.lastIndexOf('\n\n')
  if (note.length > NOTE_CHARACTERS_MAX || split < 0 || !note.endsWith('\n')) return 'it is no signed note'
  const text = note.slice(0, split + 1)
  const lines = note.slice(split + 2, -1).split('\n')
  const signature = signatureOf(lines, key)
  if (typeof signature === 'string') return signature
  if (!verify(null, Buffer.from(text), key.key, signature)) return 'its signature does not hold'
  return readCheckpoint(text, key.name) ?? 'what was signed is no checkpoint of this log'
}

/** The first line of the key's name and id decides; others are witnesses' and say nothing here. */
function signatureOf(lines: readonly string[], key: VerifierKey): Buffer | string {
  for (const line of lines) {
    const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? []
    if (name === undefined || encoded === undefined) return 'it has a line that is no signature'
    const blob = Buffer.from(encoded, 'base64')
    if (blob.toString('base64') !== encoded) return 'it has a line that is no signature'
    if (name === key.name && blob.subarray(0, 4).equals(key.id)) return blob.subarray(4)
  }
  return 'it is not signed by the key'
}

function readCheckpoint(text: string, origin: string): OpenedCheckpoint | undefined {
  const [first, size, encoded, ...extensions] = text.slice(0, -1).split('\n')
  if (first !== origin || size === undefined || !/^(?:0|[1-9]\d{0,14})$/.test(size)) return undefined
  const root = Buffer.from(encoded ?? '', 'base64')
  if (root.length !== 32 || root.toString('base64') !== encoded) return undefined
  const time = extensions.find((line) => line.startsWith('time '))
  const atMs = time === undefined ? Number.NaN : Date.parse(time.slice(5))
  return { size: Number(size), root, atMs: Number.isNaN(atMs) ? undefined : atMs }
}
