import type { BenchRow } from '../row.ts'

/** The rows as a Markdown table, misses first: it is what `bench/RESULTS.md` holds. */
export function printTable(rows: readonly BenchRow[]): void {
  const ordered = [...rows].sort((a, b) => Number(a.met) - Number(b.met))
  process.stdout.write(
    '| figure | ours | peer | ratio | bar | met | command |\n|---|---|---|---|---|---|---|\n',
  )
  for (const { figure, ours, peer, ratio, bar, met, command } of ordered) {
    const cells = [figure, ours, peer, Number.isNaN(ratio) ? '-' : ratio.toFixed(2), bar, met ? 'yes' : 'NO']
    process.stdout.write(`| ${cells.join(' | ')} | \`${command}\` |\n`)
  }
}
