import type { ApiProblem } from './client.ts'
import type { Attempt, Fax } from './fax.ts'

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
  if (fax.nextAttemptAt !== null) lines.push(`  next     ${fax.nextAttemptAt}`)
  return `${lines.join('\n')}\n`
}

export function describeAttempt(attempt: Attempt): string {
  const outcome = attempt.disposition ?? 'in progress'
  const reason = attempt.message === null ? '' : `: ${attempt.message}`
  return `  attempt ${attempt.number} on ${attempt.line}, ${attempt.startedAt}, ${outcome}${reason}\n`
}
