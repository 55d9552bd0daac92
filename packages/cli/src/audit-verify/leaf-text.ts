import { hash } from 'node:crypto'

/** An entry as a line of an export holds it. */
export interface Entry {
  readonly position: number
  readonly account: string
  readonly mode: string
  readonly at: string
  readonly actor: { readonly kind: string; readonly id: string; readonly requestId: string | null }
  readonly action: string
  readonly subject: string | null
  readonly detail: unknown
  readonly salt: string
  readonly parties: string | null
}

/** The text of an entry's leaf (`docs/explanation/audit.md`). */
export function leafText(entry: Entry, previous: number | null): string {
  const { position, account, mode, at, actor, action, subject, detail, salt, parties } = entry
  const sealed = parties === null ? Buffer.alloc(0) : Buffer.from(parties, 'base64')
  const commitment = hash('sha256', Buffer.concat([Buffer.from(salt), sealed]), 'base64')
  const before = JSON.stringify([
    'answerback-audit/1',
    ...[position, account, mode, at],
    ...[actor.kind, actor.id, actor.requestId],
    ...[action, subject],
  ])
  return `${before.slice(0, -1)},${sorted(detail)},${JSON.stringify(commitment)},${JSON.stringify(previous)}]`
}

function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`
  const members = value as Record<string, unknown>
  const names = Object.keys(members).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${sorted(members[name])}`).join()}}`
}
