import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import { engineSettings, TestEngine } from '../packages/server/test/lines/sip/engine-pair.ts'
import { linePages } from '../tests/peers/our-endpoint.ts'
import type { BenchRow } from './row.ts'
import { faxPages } from './support/fax-page.ts'
import { printTable } from './support/print-table.ts'

const COMMAND = 'node bench/engine-load.ts [--calls 400] [--page FILE.tif]'
const CORES_MAX = 1
const LATENESS_MAX_MS = 20
/** Calls begin over this time, as a carrier's calls per second allow. */
const RAMP_MS = 8_000

/** Both ends of many calls at once in one process, real time, real SIP and UDPTL sockets on loopback, every page compared. */
export async function run(): Promise<BenchRow[]> {
  const { values } = parseArgs({
    options: { calls: { type: 'string', default: '400' }, page: { type: 'string' } },
    allowPositionals: true,
  })
  const count = Number(values.calls)
  const { name, pages } = faxPages()
  const load = await measure(count, linePages(pages.slice(0, 1)))
  const base = { bar: '', command: COMMAND, peer: '-' }
  return [
    {
      ...base,
      figure: `${count} calls at once (${name}), both ends in one process: cores used, begun over 8 s`,
      ours: `${load.cores.toFixed(2)} cores, ${load.exact} of ${count} pages exact, ${load.memoryMb.toFixed(0)} MB`,
      ratio: load.cores,
      bar: `≤ ${CORES_MAX} core, all exact`,
      met: load.cores <= CORES_MAX && load.exact === count,
    },
    {
      ...base,
      figure: 'packets sent late, p99',
      ours: `${load.lateP99Ms} ms (p50 ${load.lateP50Ms} ms)`,
      ratio: Number.NaN,
      bar: `≤ ${LATENESS_MAX_MS} ms`,
      met: load.lateP99Ms <= LATENESS_MAX_MS,
    },
  ]
}

async function measure(count: number, pages: readonly LinePage[]) {
  const answerer = await TestEngine.open(engineSettings({ firstPort: 20_000, lastPort: 22_999 }))
  const caller = await TestEngine.open(engineSettings({ firstPort: 24_000, lastPort: 26_999 }))
  caller.trunkTo(answerer.ports.udp!)
  const stalls = monitorEventLoopDelay({ resolution: 5 })
  stalls.enable()
  const startMs = performance.now()
  const before = process.cpuUsage()
  const keys = Array.from({ length: count }, (_, index) => `att_${index}`)
  for (const key of keys) {
    caller.place(key, pages)
    await new Promise((resolve) => setTimeout(resolve, RAMP_MS / count))
  }
  const ends = await Promise.all(keys.map((key) => caller.end(key)))
  const used = process.cpuUsage(before)
  const elapsedMs = performance.now() - startMs
  const memoryMb = process.memoryUsage().rss / 1_048_576
  const ok = ends.filter(({ outcome }) => outcome.kind === 'fax' && outcome.t30.result === 'ok').length
  const wanted = Buffer.from(pages[0]!.t6)
  const exact = answerer.pages.filter(({ t6 }) => wanted.equals(Buffer.from(t6))).length
  caller.engine.close()
  answerer.engine.close()
  process.stderr.write(
    `${ok} of ${count} ok in ${(elapsedMs / 1000).toFixed(1)} s; loop delay p99 ${(stalls.percentile(99) / 1e6).toFixed(1)} ms\n`,
  )
  const lateness = [caller.engine.lateness, answerer.engine.lateness]
  return {
    cores: (used.user + used.system) / 1_000 / elapsedMs,
    exact: Math.min(ok, exact),
    memoryMb,
    lateP99Ms: Math.max(...lateness.map((each) => each.quantile(0.99))),
    lateP50Ms: Math.max(...lateness.map((each) => each.quantile(0.5))),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await run())
