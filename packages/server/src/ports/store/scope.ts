import type { Mode } from '../../domain/fax/fax.ts'

/** Whose rows a transaction may touch. Test and live data of one account are two worlds. */
export interface Scope {
  readonly accountId: string
  readonly mode: Mode
  /** What a person is held to: mailboxes of these departments, and what lies in them. Absent: all. */
  readonly departments?: readonly string[]
}

/** A row that work of no account came upon, and whose it is. */
export interface Found {
  readonly scope: Scope
  readonly id: string
}

/** Who did it, for the audit. `requestId` ties an entry to an HTTP request or a job. */
export interface Actor {
  readonly kind: 'key' | 'user' | 'system'
  readonly id: string
  readonly requestId: string | null
}
