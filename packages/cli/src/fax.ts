/** The fields of the API's fax object that the commands show. */
export interface Fax {
  readonly id: string
  readonly jobId: number
  readonly status: string
  readonly to: string
  readonly livemode: boolean
  readonly pageCount: number | null
  readonly pagesConfirmed: number
  readonly estimatedSeconds: number | null
  readonly attemptCount: number
  readonly nextAttemptAt: string | null
  /** Waits for a person. Absent in answers of older servers. */
  readonly hold?: { readonly reason: string } | null
  readonly disposition: string | null
  readonly code: string | null
  readonly message: string | null
  readonly createdAt: string
  readonly endedAt: string | null
}

export interface Attempt {
  readonly number: number
  readonly line: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly disposition: string | null
  readonly message: string | null
  readonly pagesConfirmed: number
  readonly trunk: { readonly id: string; readonly name: string | null } | null
  readonly sipStatus: number | null
  readonly q850Cause: number | null
  readonly t30Result: string | null
  readonly bitRate: number | null
  readonly ecm: boolean | null
  readonly answeredAfterMs: number | null
  readonly failedOver: boolean
  /** When asked for with `include=frames`. */
  readonly timeline?: Timeline | null
}

export interface Timeline {
  readonly entries: readonly TimelineEntry[]
  readonly cut: number
}

export interface TimelineEntry {
  readonly atMs: number
  readonly direction: 'sent' | 'received' | 'local'
  readonly what: string
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

const ENDED = new Set([
  'delivered',
  'partially_delivered',
  'failed',
  'canceled',
  'expired',
  'outcome_unknown',
])

export function hasEnded(fax: Fax): boolean {
  return ENDED.has(fax.status)
}
