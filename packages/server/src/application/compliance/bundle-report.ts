import { SAFEGUARDS } from '../../domain/compliance/safeguards.ts'
import type { CheckResult } from './checks.ts'
import type { ComplianceReport } from './report.ts'

const WIDTH = 110
const MARKS = { pass: 'pass', fail: 'FAIL', not_applicable: 'n/a ' } as const

/**
 * The report as a person reads it: each line with the clauses it answers, and then what is left to people.
 * @param account as the manifest and the operator name it
 */
export function reportText(report: ComplianceReport, account: { id: string; name: string }): string {
  const { pass, fail, notApplicable } = report.counts
  return [
    'Report on an Answerback installation',
    '',
    `Account    ${account.name} (${account.id})`,
    `Looked at  ${report.at.toISOString()}, by the ${report.standard} standard`,
    `Version    ${report.version}`,
    `Result     ${pass} pass, ${fail} fail, ${notApplicable} do not apply`,
    '',
    fail === 0 ? 'Nothing that was looked at fails.' : 'What fails:',
    ...report.checks.filter(({ outcome }) => outcome === 'fail').flatMap(describe),
    '',
    'Everything that was looked at:',
    ...report.checks.flatMap(describe),
    '',
    'What no program can see, or only in part; each has somebody’s duty and a page or template:',
    ...SAFEGUARDS.filter(({ owner }) => owner !== 'software').flatMap(
      ({ clause, title, owner, kind, docs }) => [
        '',
        ...folded(`${owner === 'operator' ? 'yours ' : 'shared'}  ${clause}  ${title} (${kind})`, 8),
        ...folded(`        ${docs.join(', ')}`, 8),
      ],
    ),
    '',
  ].join('\n')
}

function describe({ id, title, outcome, observed, fix, citations }: CheckResult): string[] {
  return [
    '',
    ...folded(`${MARKS[outcome]}  ${id}: ${title}`, 6),
    ...folded(`      ${observed}`, 6),
    ...(fix === null ? [] : folded(`      To do: ${fix}`, 6)),
    ...folded(`      ${citations.join(', ')}`, 6),
  ]
}

/** At spaces, so that no line is wider than a page; what follows is indented. */
function folded(text: string, indent: number): string[] {
  if (text.length <= WIDTH) return [text]
  const at = text.lastIndexOf(' ', WIDTH)
  if (at <= indent) return [text]
  return [text.slice(0, at), ...folded(' '.repeat(indent) + text.slice(at + 1), indent)]
}
