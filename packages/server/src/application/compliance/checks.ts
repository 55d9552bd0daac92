import { ACCESS_CHECKS } from './access-checks.ts'
import { ASSOCIATE_CHECKS } from './associate-checks.ts'
import { AUDIT_CHECKS } from './audit-checks.ts'
import type { Check, Finding } from './check.ts'
import { DATABASE_CHECKS } from './database-checks.ts'
import type { ComplianceFacts } from './facts.ts'
import { KEY_CHECKS } from './key-checks.ts'
import { LINE_CHECKS } from './line-checks.ts'
import { OPERATION_CHECKS } from './operation-checks.ts'
import { RECORD_CHECKS } from './record-checks.ts'
import { TRANSPORT_CHECKS } from './transport-checks.ts'

export const CHECKS: readonly Check[] = [
  ...TRANSPORT_CHECKS,
  ...DATABASE_CHECKS,
  ...KEY_CHECKS,
  ...ACCESS_CHECKS,
  ...ASSOCIATE_CHECKS,
  ...LINE_CHECKS,
  ...AUDIT_CHECKS,
  ...RECORD_CHECKS,
  ...OPERATION_CHECKS,
]

export interface CheckResult extends Finding, Pick<Check, 'id' | 'title' | 'citations'> {}

export function runChecks(facts: ComplianceFacts): CheckResult[] {
  return CHECKS.map(({ id, title, citations, judge }) => ({ id, title, citations, ...judge(facts) }))
}
