/** What an account may do in a time. Absent: no bound. */
export interface Quotas {
  /** Faxes accepted in 24 hours. */
  readonly faxesPerDay?: number
  /** Pages of them, as far as they are rendered. */
  readonly pagesPerDay?: number
  /** Numbers in an hour that no fax of the account went to before: what toll fraud looks like first. */
  readonly newNumbersPerHour?: number
  /** Documents taken in 24 hours, in units of 1 048 576 bytes. */
  readonly uploadMegabytesPerDay?: number
}

export const QUOTA_NAMES = [
  'faxesPerDay',
  'pagesPerDay',
  'newNumbersPerHour',
  'uploadMegabytesPerDay',
] as const
export type QuotaName = (typeof QUOTA_NAMES)[number]

/** What was used of each, in its unit and its time. */
export type Usage = Readonly<Record<QuotaName, number>>

/** The account's own quotas only tighten the operator's. */
export function tighterQuotas(operator: Quotas, account: Quotas = {}): Quotas {
  const both = QUOTA_NAMES.flatMap((name) => {
    const bounds = [operator[name], account[name]].filter((bound) => bound !== undefined)
    return bounds.length === 0 ? [] : [[name, Math.min(...bounds)] as const]
  })
  return Object.fromEntries(both)
}

/** What one more use would take. */
export type Wanted = Readonly<Partial<Record<QuotaName, number>>>

/**
 * The first quota that would be passed. One that is used up refuses also what takes nothing of it that is known yet: the pages
 * of a fax are counted when they are rendered.
 */
export function exceededQuota(quotas: Quotas, used: Usage, wanted: Wanted): QuotaName | undefined {
  return QUOTA_NAMES.find((name) => {
    const [bound, more] = [quotas[name], wanted[name]]
    if (bound === undefined || more === undefined) return false
    return used[name] + more > bound || (more === 0 && used[name] >= bound)
  })
}
