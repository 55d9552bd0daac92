import type { ApiProblem } from './failures.ts'
import type { Attempt, Fax } from './fax.ts'
import { printable } from './printable.ts'

/** What happened, where, what to do about it: three lines a person can act on. */
export function describeProblem({ problem, message }: ApiProblem): string {
  const lines = [`${problem.detail ?? message}${problem.code === undefined ? '' : ` [${problem.code}]`}`]
  if (problem.field !== undefined) lines.push(`  field:   ${problem.field}`)
  if (problem.fix !== undefined) lines.push(`  fix:     ${problem.fix}`)
  if (problem.requestId !== undefined) lines.push(`  request: ${problem.requestId}`)
  return `${lines.join('\n')}\n`
}

export function describeFax(fax: Fax): string {
  const lines = [
    `${fax.id}  ${fax.status}${fax.livemode ? '' : '  (test: nothing leaves the sandbox)'}`,
    `  to       ${fax.to}`,
    `  pages    ${fax.pagesConfirmed} of ${fax.pageCount ?? '?'} confirmed`,
    `  created  ${fax.createdAt}${fax.endedAt === null ? '' : `, ended ${fax.endedAt}`}`,
  ]
  if (fax.estimatedSeconds !== null)
    lines.push(`  line     about ${Math.ceil(fax.estimatedSeconds)} s at 14,400 bit/s`)
  if (fax.message !== null)
    lines.push(`  reason   ${fax.message}${fax.code === null ? '' : ` [${fax.code}]`}`)
  if (fax.hold) lines.push(`  waits    for a person (${fax.hold.reason}): POST /v2/faxes/${fax.id}/release`)
  if (fax.nextAttemptAt !== null) lines.push(`  next     ${fax.nextAttemptAt}`)
  return `${lines.join('\n')}\n`
}

export function describeAttempt(attempt: Attempt): string {
  const outcome = attempt.disposition ?? 'in progress'
  const reason = attempt.message === null ? '' : `: ${attempt.message}`
  const trunk = attempt.trunk === null ? '' : ` (${printable(attempt.trunk.name ?? attempt.trunk.id)})`
  const head = `  attempt ${attempt.number} on ${attempt.line}${trunk}, ${attempt.startedAt}, ${outcome}${reason}\n`
  const evidence = describeEvidence(attempt)
  return head + (evidence === '' ? '' : `    ${evidence}\n`)
}

function describeEvidence(attempt: Attempt): string {
  const { t30Result, bitRate, ecm, sipStatus, q850Cause, answeredAfterMs, failedOver } = attempt
  const parts = [
    t30Result === null ? '' : `T.30 ${t30Result}`,
    bitRate === null ? '' : `${bitRate} bit/s`,
    ecm === null ? '' : ecm ? 'ECM' : 'no ECM',
    sipStatus === null ? '' : `SIP ${sipStatus}`,
    q850Cause === null ? '' : `Q.850 ${q850Cause}`,
    answeredAfterMs === null ? '' : `answered after ${(answeredAfterMs / 1000).toFixed(1)} s`,
    failedOver ? 'another trunk took over' : '',
  ]
  return parts.filter(Boolean).join(', ')
}
