import type { BenchRow } from './row.ts'
import { printTable } from './support/print-table.ts'

/** Every bench, one after the other, so that none disturbs another. Give names to run only those. */
const BENCHES = [
  'codec',
  'raster',
  'line-seconds',
  'submit',
  'latency',
  'memory',
  'scale',
  'inbox',
  'call',
  'sandbox',
  'engine-load',
  'pdfa',
  'receive',
  'misdirection',
  'audit',
  'audit-look',
  'barcode',
  'ocr',
  'backup',
  'noisy',
] as const

const wanted = process.argv.slice(2)
const rows: BenchRow[] = []
for (const name of BENCHES) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  const bench = (await import(`./${name}.ts`)) as { run(): Promise<BenchRow[]> }
  rows.push(...(await bench.run()))
}
printTable(rows)
