import { hash } from 'node:crypto'
import type { Mode } from '../fax/fax.ts'

/** An audit entry as the log takes it in: whatever of the row has a meaning. */
export interface LoggedEntry {
  /** Its number in the table; rises with time, with gaps. */
  readonly position: number
  readonly accountId: string
  readonly mode: Mode
  /** RFC 3339, UTC, six decimals: what the database holds, to the last digit. */
  readonly at: string
  readonly actorKind: string
  readonly actorId: string
  readonly requestId: string | null
  readonly action: string
  readonly subjectId: string | null
  readonly detail: unknown
  /** 36 random characters (a UUID), so that the commitment tells nothing of what it commits to. */
  readonly salt: string
  /** Sender and recipient as ciphertext; `null` when the entry has none. */
  readonly partiesSealed: Uint8Array | null
}

const VERSION = 'answerback-audit/1'

/**
 * The leaf of an entry: one canonical JSON array, UTF-8. It holds no sender and no recipient, only a commitment to their ciphertext,
 * so that a leaf may be shown to anybody and stays verifiable when the key to the ciphertext is destroyed.
 * @param previous index of the leaf before it of the same account and mode, so that none between them can be passed off as another account's
 */
export function leafBytes(entry: LoggedEntry, previous: number | null): Buffer {
  const { position, accountId, mode, at, actorKind, actorId, requestId, action, subjectId, detail } = entry
  const who = [actorKind, actorId, requestId]
  const what = [action, subjectId, detail]
  const leaf = [VERSION, position, accountId, mode, at, ...who, ...what, commitment(entry), previous]
  return Buffer.from(canonicalJson(leaf))
}

/** SHA-256 over the salt and the ciphertext, base64. The salt has one length, so the two cannot run into each other. */
function commitment({ salt, partiesSealed }: LoggedEntry): string {
  return hash('sha256', Buffer.concat([Buffer.from(salt), partiesSealed ?? Buffer.alloc(0)]), 'base64')
}

/** JSON with the names of objects in the order of their UTF-16 units, as RFC 8785 has it. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`).join(',')}}`
}
