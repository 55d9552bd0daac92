import type { ClockWarning } from './clock-check.ts'
import type { Finding } from './findings.ts'
import type { OpenedCheckpoint } from './signed-note.ts'

export interface VerifyOptions {
  /** As `--key` gives it; absent: the file's own. */
  readonly key?: string
  /** Checkpoints that were kept elsewhere, checked against the same key, smallest first. */
  readonly kept?: readonly OpenedCheckpoint[]
}

export interface Verdict {
  readonly isIntact: boolean
  readonly findings: readonly Finding[]
  /** All of them, also those that are not listed. */
  readonly findingCount: number
  readonly warnings: readonly ClockWarning[]
  readonly log: string | null
  readonly verifierKey: string | null
  readonly account: string | null
  readonly mode: string | null
  readonly leafCount: number
  readonly ownCount: number
  readonly checkpointCount: number
  /** Of the last checkpoint that holds. */
  readonly signedSize: number
  readonly signedAtMs: number | null
  /** Time of the account's last entry about an export: of this one, unless later entries are withheld. */
  readonly exportedAt: string | null
}
