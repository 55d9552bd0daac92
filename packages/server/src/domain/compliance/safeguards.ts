import { ADMINISTRATIVE } from './administrative-safeguards.ts'
import { ORGANISATIONAL } from './organisational-safeguards.ts'
import { PHYSICAL } from './physical-safeguards.ts'
import { PROPOSED } from './proposed-safeguards.ts'
import type { Safeguard } from './safeguard-row.ts'
import { TECHNICAL } from './technical-safeguards.ts'

/** Safeguards of 45 CFR 164.308, 310, 312, 314 and 316, what answers each, and whose duty it is. */
export const SAFEGUARDS: readonly Safeguard[] = [
  ...ADMINISTRATIVE,
  ...PHYSICAL,
  ...TECHNICAL,
  ...ORGANISATIONAL,
  ...PROPOSED,
].map(([clause, title, kind, owner, feature, checks, docs]) => ({
  clause,
  title,
  kind,
  owner,
  feature,
  checks,
  docs,
}))
