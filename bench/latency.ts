import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchRow } from './row.ts'
import { onePagePdf } from './support/one-page-pdf.ts'
import { faxForm, get, type OurServer, sendForm, startOurServer } from './support/our-server.ts'
import { printTable } from './support/print-table.ts'
import { percentile } from './support/statistics.ts'

const COMMAND = 'node bench/latency.ts'
const FAXES = 100

interface Attempts {
  readonly data: { readonly startedAt: string; readonly disposition: string | null }[]
}

/** From the 202 in the client's hand to the journal's `dialing`, one fax at a time on an idle server. */
export async function run(): Promise<BenchRow[]> {
  const server = await startOurServer()
  try {
    const form = faxForm(await onePagePdf(), '+12025550100')
    const waits: number[] = []
    for (let index = 0; index < FAXES; index += 1) {
      const { body } = await sendForm(server, form)
      const acceptedAt = Date.now()
      waits.push((await firstLineAction(server, String(body.id))) - acceptedAt)
    }
    const p50 = percentile(waits, 50)
    const ours = `p50 ${p50.toFixed(0)} ms, p99 ${percentile(waits, 99).toFixed(0)} ms`
    const figure = 'accept -> first line action, idle (1-page PDF, rendering included)'
    return [
      { figure, ours, peer: '-', ratio: p50 / 50, bar: 'p50 <= 50 ms', met: p50 <= 50, command: COMMAND },
    ]
  } finally {
    await server.close()
  }
}

async function firstLineAction(server: OurServer, id: string): Promise<number> {
  for (;;) {
    await sleep(100)
    const attempts = (await get(server, `/v2/faxes/${id}/attempts`)).body as unknown as Attempts
    const first = attempts.data[0]
    if (first?.disposition) return Date.parse(first.startedAt)
  }
}

if (import.meta.main) printTable(await run())
