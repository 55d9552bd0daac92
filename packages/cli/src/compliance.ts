/** The API's report on an installation. */
export interface ComplianceReport {
  readonly at: string
  readonly standard: string
  readonly version: string
  readonly ok: boolean
  readonly counts: { readonly pass: number; readonly fail: number; readonly notApplicable: number }
  readonly checks: readonly ComplianceCheck[]
}

export interface ComplianceCheck {
  readonly id: string
  readonly title: string
  readonly outcome: 'pass' | 'fail' | 'not_applicable'
  readonly observed: string
  readonly fix: string | null
}

const MARKS = { pass: 'pass', fail: 'FAIL', not_applicable: '  - ' } as const

/** One line a check, with the fix under each that fails. */
export function describeCompliance(report: ComplianceReport): string {
  const width = Math.max(...report.checks.map(({ id }) => id.length))
  const lines = report.checks.flatMap(({ id, outcome, title, observed, fix }) => [
    `${MARKS[outcome]}  ${id.padEnd(width)}  ${title}. ${observed}`,
    ...(fix === null ? [] : [`      ${' '.repeat(width)}  fix: ${fix}`]),
  ])
  const { pass, fail, notApplicable } = report.counts
  const sum = `${pass} pass, ${fail} fail, ${notApplicable} do not apply, by the ${report.standard} standard.`
  return `${[...lines, '', sum].join('\n')}\n`
}
