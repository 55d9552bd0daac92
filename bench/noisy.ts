import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchRow } from './row.ts'
import { onePagePdf } from './support/one-page-pdf.ts'
import { faxForm, type OurServer, startOurServer } from './support/our-server.ts'
import { printTable } from './support/print-table.ts'
import { median, percentile } from './support/statistics.ts'

const COMMAND = 'node bench/noisy.ts'
const ROUNDS = 5
const QUIET_PER_ROUND = 200
const QUIET_EVERY_MS = 50
const NOISY_CLIENTS = 8
/** What production grants a key by default. */
const LIMIT = '1200'

interface Round {
  readonly waitsMs: readonly number[]
  readonly noisyPerSecond: number
}

/**
 * What a quiet account, one fax every 50 ms, waits for acceptance while another account sends as fast as eight connections go and
 * never heeds a 429: with the limit of production, and with none. Rounds alternate with rounds of quiet alone, so that whatever
 * else the machine does falls on both.
 */
export async function run(): Promise<BenchRow[]> {
  const pdf = await onePagePdf()
  const spent = await measure(pdf, LIMIT, true)
  const limited = await measure(pdf, LIMIT)
  const unlimited = await measure(pdf, '10000000')
  return [
    row(`quiet account's accept p95 beside a noisy one, ${LIMIT} requests/min a key, its burst spent`, spent),
    row(`quiet account's accept p95 beside a noisy one, ${LIMIT} requests/min a key, in its burst`, limited),
    row("quiet account's accept p95 beside a noisy one, no limit", unlimited),
  ]
}

interface Measured {
  readonly alone: readonly Round[]
  readonly beside: readonly Round[]
}

/** @param spends whether the noisy account has used up the minute's worth it may send at once */
async function measure(pdf: Uint8Array, limit: string, spends = false): Promise<Measured> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'answerback-noisy-'))
  const noisyKey = addAccount(dataFolder)
  const server = await startOurServer({
    dataFolder,
    connections: NOISY_CLIENTS + 1,
    environment: { ANSWERBACK_REQUESTS_PER_MINUTE: limit },
  })
  try {
    const forms = Array.from({ length: 700 }, (_, area) => faxForm(pdf, `+1${200 + area}5550100`, LATER))
    await round(server, forms, undefined)
    if (spends) await spend(server, forms, noisyKey)
    const alone: Round[] = []
    const beside: Round[] = []
    for (let index = 0; index < ROUNDS; index += 1) {
      alone.push(await round(server, forms, undefined))
      beside.push(await round(server, forms, noisyKey))
      // The quiet key has a limit too, and the noisy one's bucket is not what is measured.
      await sleep(1_000)
    }
    return { alone, beside }
  } finally {
    await server.close()
    await rm(dataFolder, { recursive: true, force: true })
  }
}

/** Accepted, durable and not dialled, as in `bench/submit.ts`. */
const LATER = { sendAt: new Date(Date.now() + 30 * 86_400_000).toISOString() }

async function round(
  server: OurServer,
  forms: readonly Buffer[],
  noisyKey: string | undefined,
): Promise<Round> {
  const state = { isOver: false, sent: 0 }
  const noise = Array.from({ length: noisyKey === undefined ? 0 : NOISY_CLIENTS }, async (_, client) => {
    for (let index = client; !state.isOver; index += NOISY_CLIENTS) {
      if ((await send(server, noisyKey!, forms[index % forms.length]!)) === 202) state.sent += 1
    }
  })
  const startedAt = performance.now()
  const waits: number[] = []
  for (let index = 0; index < QUIET_PER_ROUND; index += 1) {
    const from = performance.now()
    const status = await send(server, server.testKey, forms[index % forms.length]!)
    if (status !== 202) throw new Error(`HTTP ${status} for the quiet account`)
    waits.push(performance.now() - from)
    await sleep(Math.max(0, QUIET_EVERY_MS - (performance.now() - from)))
  }
  const seconds = (performance.now() - startedAt) / 1_000
  state.isOver = true
  await Promise.all(noise)
  return { waitsMs: waits, noisyPerSecond: state.sent / seconds }
}

async function send(server: OurServer, key: string, body: Buffer): Promise<number> {
  const response = await server.connections.request({
    method: 'POST',
    path: '/v2/faxes',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'multipart/form-data; boundary=answerback-bench-boundary',
    },
    body,
  })
  await response.body.dump()
  return response.statusCode
}

async function spend(server: OurServer, forms: readonly Buffer[], key: string): Promise<void> {
  const clients = Array.from({ length: NOISY_CLIENTS }, async (_, client) => {
    for (let index = client; (await send(server, key, forms[index % forms.length]!)) === 202; )
      index += NOISY_CLIENTS
  })
  await Promise.all(clients)
}

/** @returns its test key */
function addAccount(dataFolder: string): string {
  const made = spawnSync(
    process.execPath,
    ['packages/server/src/main.ts', '--setup', 'Noisy Example Clinic'],
    {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, ANSWERBACK_DATA: dataFolder },
      encoding: 'utf8',
    },
  )
  const key = /^test key {2}(\S+)$/m.exec(made.stdout)?.[1]
  if (key === undefined) throw new Error('The second account could not be made.')
  return key
}

function row(figure: string, { alone, beside }: Measured): BenchRow {
  const of = (rounds: readonly Round[], percent: number) =>
    percentile(
      rounds.flatMap(({ waitsMs }) => waitsMs),
      percent,
    )
  const told = (rounds: readonly Round[]) =>
    `${of(rounds, 95).toFixed(1)} ms (p50 ${of(rounds, 50).toFixed(1)})`
  const ratio = of(beside, 95) / of(alone, 95)
  const noisyPerSecond = median(beside.map((round) => round.noisyPerSecond))
  return {
    figure: `${figure} (it gets ${noisyPerSecond.toFixed(0)}/s)`,
    ours: told(beside),
    peer: `${told(alone)} alone`,
    ratio,
    bar: '≤ 1.10',
    met: ratio <= 1.1,
    command: COMMAND,
  }
}

if (process.argv[1] === import.meta.filename) printTable(await run())
