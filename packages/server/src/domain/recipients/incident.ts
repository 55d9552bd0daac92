/** The four factors of 45 CFR 164.402(2), in its order. */
export const RISK_FACTORS = ['nature', 'recipient', 'acquired', 'mitigated'] as const

export type RiskFactor = (typeof RISK_FACTORS)[number]

export interface FactorFinding {
  readonly risk: 'low' | 'medium' | 'high'
  /** What it rests on. Sealed: it may name people. */
  readonly finding: string
}

export type RiskWorksheet = Readonly<Partial<Record<RiskFactor, FactorFinding>>>

/** `low_probability`: the worksheet shows that it is not a breach. Without one it is presumed to be (45 CFR 164.402(2)). */
export const INCIDENT_OUTCOMES = ['low_probability', 'breach'] as const

export type IncidentOutcome = (typeof INCIDENT_OUTCOMES)[number]

const DAY_MS = 86_400_000
/** 45 CFR 164.404(b): without unreasonable delay, and in no case later than 60 calendar days after discovery. */
const NOTIFY_WITHIN_DAYS = 60

export function notifyBy(discoveredAt: Date): Date {
  return new Date(discoveredAt.getTime() + NOTIFY_WITHIN_DAYS * DAY_MS)
}

/** Whole days until people must have been told; negative when that is past. */
export function daysLeft(discoveredAt: Date, now: Date): number {
  return Math.floor((notifyBy(discoveredAt).getTime() - now.getTime()) / DAY_MS)
}

/** The first factor nothing was written about. */
export function missingFactor(worksheet: RiskWorksheet): RiskFactor | undefined {
  return RISK_FACTORS.find((factor) => worksheet[factor] === undefined)
}
