import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { awaitWholeReading } from '../audit/read-audit-log.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { type CheckResult, runChecks } from './checks.ts'
import type { AuditLook, Standard } from './facts.ts'
import { gatherFacts } from './gather-facts.ts'

export interface ComplianceReport {
  readonly at: Date
  readonly standard: Standard
  readonly version: string
  /** No check fails. */
  readonly ok: boolean
  readonly counts: { readonly pass: number; readonly fail: number; readonly notApplicable: number }
  readonly checks: readonly CheckResult[]
}

/**
 * Looks at the installation and at the account as they are now. Each look is an entry of the audit, with the ids of what failed.
 * @param standard absent: by the profile that runs
 * @param look `whole`: waits until the audit log was read from its beginning, or as long as a caller may wait
 * @throws Problem `compliance.test_key`: what is asked about is live
 */
export async function complianceReport(
  services: Services,
  scope: Scope,
  actor: Actor,
  standard?: Standard,
  look: AuditLook = 'newest',
): Promise<ComplianceReport> {
  if (scope.mode !== 'live') throw new Problem('compliance.test_key')
  const isRead = look === 'newest' || (await awaitWholeReading(services))
  const installation = await services.installation.look()
  const judgedBy = standard ?? installation.profile
  const facts = await gatherFacts(services, scope, installation, judgedBy)
  const checks = runChecks({ ...facts, audit: { ...facts.audit, isStillRead: !isRead } })
  const count = (outcome: CheckResult['outcome']) =>
    checks.filter((check) => check.outcome === outcome).length
  const failed = checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)
  await services.store.asAccount(scope, (tx) =>
    recordAudit(services, tx, actor, 'compliance.looked_at', null, { standard: judgedBy, failed }),
  )
  return {
    at: new Date(services.clock.now()),
    standard: judgedBy,
    version: installation.version,
    ok: failed.length === 0,
    counts: { pass: count('pass'), fail: count('fail'), notApplicable: count('not_applicable') },
    checks,
  }
}
