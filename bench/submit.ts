import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchRow } from './row.ts'
import { HfaxdSession } from './submit/hfaxd-session.ts'
import { hasHylaFax, sendfax, startHylaFax } from './submit/hylafax.ts'
import { onePagePdf } from './support/one-page-pdf.ts'
import { faxForm, sendForm, startOurServer } from './support/our-server.ts'
import { printTable } from './support/print-table.ts'
import { load, median, percentile } from './support/statistics.ts'

const COMMAND = 'node bench/submit.ts'
const CLIENTS = 8
const ROUNDS = 3
const WARM_UP = 1500
const OURS_PER_ROUND = 600
const PEER_PER_ROUND = 160
const NUMBER = '+12025550100'

/**
 * Accepted faxes a second, fsync on: one-page PDF, 8 clients over multipart, against HylaFAX on the same machine.
 *
 * HylaFAX has no modem here, so it only queues; ours gets faxes scheduled for later, which is the same: accepted, durable, not
 * dialled. A last row shows ours while it also renders and delivers all of them on the same two cores.
 */
export async function run(): Promise<BenchRow[]> {
  const pdf = await onePagePdf()
  const ours = await measureOurs(pdf, { sendAt: new Date(Date.now() + 30 * 86_400_000).toISOString() })
  const delivering = await measureOurs(pdf, {})
  if (!(await hasHylaFax())) {
    process.stderr.write('HylaFAX is not installed (or this is not root): no peer to compare with.\n')
    return [row('accepted faxes/s, 8 clients', ours, Number.NaN, 'HylaFAX not installed')]
  }
  const peer = await measureHylaFax(pdf)
  return [
    row('accepted faxes/s, 8 clients vs sendfax, 8 clients', ours, peer.sendfax, 'sendfax'),
    row('accepted faxes/s, 8 clients vs one hfaxd session', ours, peer.session, 'hfaxd session'),
    {
      ...row('the same while delivering vs sendfax, 8 clients', delivering, peer.sendfax, 'sendfax'),
      bar: 'none: sendfax only queues here',
      met: true,
    },
  ]
}

interface Ours {
  readonly perSecond: number
  readonly p99Ms: number
}

async function measureOurs(pdf: Uint8Array, fields: Record<string, string>): Promise<Ours> {
  const server = await startOurServer({ connections: CLIENTS })
  try {
    // A clinic sends to many places; one number only would measure the queue in front of its line.
    const forms = Array.from({ length: 700 }, (_, area) => faxForm(pdf, `+1${200 + area}5550100`, fields))
    const send = (index: number) => sendForm(server, forms[index % forms.length]!)
    await load(CLIENTS, WARM_UP, send)
    const rates: number[] = []
    const waits: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const { perSecond, milliseconds } = await load(CLIENTS, OURS_PER_ROUND, send)
      rates.push(perSecond)
      waits.push(...milliseconds)
    }
    return { perSecond: median(rates), p99Ms: percentile(waits, 99) }
  } finally {
    await server.close()
  }
}

async function measureHylaFax(pdf: Uint8Array): Promise<{ sendfax: number; session: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'answerback-bench-'))
  const file = join(folder, 'page.pdf')
  await writeFile(file, pdf)
  const server = await startHylaFax()
  try {
    // The first job makes hfaxd's sequence file; eight at once would race to make it.
    await sendfax(server, file)
    const session = await HfaxdSession.open(server.port)
    const rates = { sendfax: [] as number[], session: [] as number[] }
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.sendfax.push((await load(CLIENTS, PEER_PER_ROUND, () => sendfax(server, file))).perSecond)
      rates.session.push((await load(1, PEER_PER_ROUND / 2, () => session.submit(pdf, NUMBER))).perSecond)
    }
    await session.close()
    return { sendfax: median(rates.sendfax), session: median(rates.session) }
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function row(figure: string, ours: Ours, peer: number, peerName: string): BenchRow {
  const ratio = ours.perSecond / peer
  return {
    figure,
    ours: `${ours.perSecond.toFixed(0)}/s (p99 ${ours.p99Ms.toFixed(0)} ms)`,
    peer: Number.isNaN(peer) ? peerName : `${peerName} ${peer.toFixed(0)}/s`,
    ratio,
    bar: '>= 5x',
    met: ratio >= 5,
    command: COMMAND,
  }
}

if (import.meta.main) printTable(await run())
