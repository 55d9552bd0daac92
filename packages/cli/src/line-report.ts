/** What a test of a trunk or a provider found. */
export interface LineReport {
  readonly ok: boolean
  readonly checks: readonly {
    readonly name: string
    readonly outcome: 'ok' | 'failed' | 'skipped'
    readonly sentence: string
    readonly fix: string | null
  }[]
}

const MARKS = { ok: 'ok     ', failed: 'FAILED ', skipped: 'skipped' } as const

export function describeReport(report: LineReport): string {
  const lines = report.checks.flatMap(({ name, outcome, sentence, fix }) => [
    `${MARKS[outcome]}  ${name.padEnd(8)}  ${sentence}`,
    ...(fix === null ? [] : [`                     ${fix}`]),
  ])
  return `${lines.join('\n')}\n`
}
