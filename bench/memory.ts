import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchRow } from './row.ts'
import { onePagePdf } from './support/one-page-pdf.ts'
import { faxForm, get, type OurServer, sendForm, startOurServer } from './support/our-server.ts'
import { printTable } from './support/print-table.ts'
import { load, median } from './support/statistics.ts'

const COMMAND = 'node bench/memory.ts'
const FAXES = 1000
const CLIENTS = 4
const SAMPLE_EVERY = 50
const LIMIT_MB = 350
/** Noise of one sample against the next; growth is told from the medians of two quarters. */
const GROWTH_MAX = 1.02

/** Resident memory of the server process (PostgreSQL apart) over 1,000 faxes, each taken to its end. */
export async function run(): Promise<BenchRow[]> {
  const server = await startOurServer({
    environment: { ANSWERBACK_RENDER_WORKERS: '2' },
    connections: CLIENTS,
  })
  try {
    const form = faxForm(await onePagePdf(), '+12025550100')
    const samples: number[] = []
    await load(CLIENTS, FAXES, async (index) => {
      // Different numbers, so that faxes do not queue up for one destination.
      const number = `+1${200 + (index % 700)}5550100`
      await untilEnded(server, String((await sendForm(server, replaceNumber(form, number))).body.id))
      if (index % SAMPLE_EVERY === 0) samples.push(await residentMb(server.pid))
    })
    const peak = Math.max(...samples)
    const half = samples.slice(samples.length / 2)
    const early = median(half.slice(0, half.length / 2))
    const late = median(half.slice(half.length / 2))
    const growth = late / early
    const ours = `peak ${peak.toFixed(0)} MB; third quarter ${early.toFixed(0)} MB, last ${late.toFixed(0)} MB`
    const figure = 'server memory over 1,000 faxes, two render workers'
    const met = peak <= LIMIT_MB && growth <= GROWTH_MAX
    return [
      {
        figure,
        ours,
        peer: '-',
        ratio: growth,
        bar: '<= 350 MB, no growth over the last half',
        met,
        command: COMMAND,
      },
    ]
  } finally {
    await server.close()
  }
}

function replaceNumber(form: Buffer, number: string): Buffer {
  const copy = Buffer.from(form)
  copy.write(number, copy.indexOf('+12025550100'), 'latin1')
  return copy
}

async function untilEnded(server: OurServer, id: string): Promise<void> {
  for (;;) {
    const { body } = await get(server, `/v2/faxes/${id}`)
    if (body.endedAt !== null) {
      if (body.status !== 'delivered') throw new Error(`A sandbox fax ended ${body.status}.`)
      return
    }
    await sleep(20)
  }
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

if (import.meta.main) printTable(await run())
