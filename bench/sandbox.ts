import { fileURLToPath } from 'node:url'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { createSandboxLine } from '../packages/server/src/adapters/lines/sandbox/sandbox-line.ts'
import { SystemClock } from '../packages/server/src/adapters/system/clock.ts'
import type { E164 } from '../packages/server/src/domain/numbers/number.ts'
import type { OutboundCall } from '../packages/server/src/ports/line.ts'
import type { BenchRow } from './row.ts'
import { faxPages } from './support/fax-page.ts'
import { printTable } from './support/print-table.ts'

const COMMAND = 'node bench/sandbox.ts [--page FILE.tif]'
const PAGE_MS_MAX = 50
const PAGES_PER_CALL = 5
const CALLS = 40
const NUMBER = '+12025550100' as E164
const RECORDS = { connected: nothing, pageSending: nothing, pageConfirmed: nothing }

async function nothing(): Promise<void> {}

/** What a page of a sandbox call costs the server's main thread, both ends and the network, without its journal. */
export async function run(): Promise<BenchRow[]> {
  const { name, pages } = faxPages()
  const page = pages[0]!
  const coded = {
    width: page.width,
    rows: page.rows,
    resolution: 'fine',
    kind: 'scan',
    t6: encodeT6(page),
  } as const
  const line = createSandboxLine(new SystemClock())
  const place = async (attempt: number) => {
    const call: OutboundCall = {
      attemptId: `att_${attempt}`,
      attemptNumber: 1,
      to: NUMBER,
      from: undefined,
      stationId: '+1 202 555 0142',
      pages: Array.from({ length: PAGES_PER_CALL }, (_, index) => ({ number: index + 1, page: coded })),
    }
    const end = await line.place(call, RECORDS, new AbortController().signal)
    if (end.disposition !== 'delivered') throw new Error(`The call ended ${end.disposition}`)
  }
  const firstFrom = process.cpuUsage()
  await place(0)
  const firstMs = cpuMs(process.cpuUsage(firstFrom)) / PAGES_PER_CALL
  const from = process.cpuUsage()
  for (let attempt = 1; attempt <= CALLS; attempt++) await place(attempt)
  const pageMs = cpuMs(process.cpuUsage(from)) / (CALLS * PAGES_PER_CALL)
  return [
    {
      figure: `sandbox call, ${name} (${(coded.t6.length / 1_024).toFixed(0)} KB), CPU a page`,
      ours: `${pageMs.toFixed(1)} ms (${firstMs.toFixed(1)} ms in a process's first call)`,
      peer: '–',
      ratio: pageMs / PAGE_MS_MAX,
      bar: `≤ ${PAGE_MS_MAX} ms`,
      met: pageMs <= PAGE_MS_MAX,
      command: COMMAND,
    },
  ]
}

function cpuMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await run())
