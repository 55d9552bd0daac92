/** What is kept for a time of its own. `metadata`: who a fax was from and to, and all that people said about it. */
export const RETENTION_KINDS = ['sentContent', 'receivedContent', 'text', 'metadata'] as const

export type RetentionKind = (typeof RETENTION_KINDS)[number]

/** Days from the end of a fax; `null`: for ever. Absent for a department: as the account has it. */
export type RetentionDays = { readonly [Kind in RetentionKind]?: number | null }

export interface RetentionRules {
  readonly account: RetentionDays
  readonly departments: readonly (RetentionDays & { readonly department: string })[]
}

export const KEEP_ALL: RetentionRules = { account: {}, departments: [] }

/**
 * 45 CFR 164.316(b)(2)(i): six years for what documents compliance: entries of the audit, holds, certificates. Nothing deletes these at
 * all; the figure is what a policy for them could never go below.
 */
export const AUDIT_FLOOR_DAYS = 2_192

export const RETENTION_DAYS_MAX = 36_500

const DAY_MS = 86_400_000

/** @returns days; `null`: for ever */
export function daysKept(
  rules: RetentionRules,
  kind: RetentionKind,
  department: string | null,
): number | null {
  const own = rules.departments.find((each) => each.department === department)?.[kind]
  return own === undefined ? (rules.account[kind] ?? null) : own
}

/** Faxes of one kind of thing that were over by then are due; only those of the department, or of all `others` than those named. */
export interface RetentionCut {
  readonly kind: RetentionKind
  readonly endedBy: Date
  readonly where: { readonly department: string } | { readonly others: readonly string[] }
}

/** What is due by now. Sent faxes belong to no department. */
export function retentionCuts(rules: RetentionRules, now: Date): RetentionCut[] {
  const cuts: RetentionCut[] = []
  const cut = (kind: RetentionKind, days: number | null, where: RetentionCut['where']) => {
    if (days !== null) cuts.push({ kind, endedBy: new Date(now.getTime() - days * DAY_MS), where })
  }
  for (const kind of RETENTION_KINDS) {
    const own = rules.departments.filter((each) => each[kind] !== undefined)
    for (const { department } of own) cut(kind, daysKept(rules, kind, department), { department })
    cut(kind, rules.account[kind] ?? null, { others: own.map(({ department }) => department) })
  }
  return cuts
}
