import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@answerback/server/adapters/database/open'
import type { BenchRow } from './row.ts'
import { get, type OurServer, startOurServer } from './support/our-server.ts'
import { printTable } from './support/print-table.ts'
import { FaxSeeder } from './support/seed-faxes.ts'
import { load, median, percentile } from './support/statistics.ts'

const COMMAND = 'node bench/scale.ts'
const SMALL = 10_000
const LARGE = 1_000_000
const REQUESTS = 3000
const ROUNDS = 5

type Kind = 'status' | 'list' | 'list by status' | 'list by number'
type Figures = Readonly<Record<Kind, number>>

/** Status and list of one account with 1,000,000 faxes against the same account with 10,000, over HTTP, one client. */
export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'answerback-bench-'))
  const dataFolder = join(folder, 'data')
  const database = await openDatabase({ dataFolder: join(folder, 'database') })
  try {
    const { host, user, database: name } = database.owner
    const url = `postgres://${user}@localhost/${name}?host=${encodeURIComponent(String(host))}`
    const server = await startOurServer({ dataFolder, environment: { DATABASE_URL: url }, connections: 1 })
    const seeder = new FaxSeeder(database.owner, dataFolder)
    try {
      const small = await measureAt(SMALL, server, seeder)
      const large = await measureAt(LARGE, server, seeder)
      return (Object.keys(small) as Kind[]).map((kind) => row(kind, small[kind], large[kind]))
    } finally {
      await seeder.close()
      await server.close()
    }
  } finally {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureAt(count: number, server: OurServer, seeder: FaxSeeder): Promise<Figures> {
  await seeder.fillTo(count)
  const anyId = (index: number) => seeder.ids[(index * 7919) % seeder.ids.length]!
  const paths: Record<Kind, (index: number) => string> = {
    status: (index) => `/v2/faxes/${anyId(index)}`,
    // A page somewhere in the history, not only the newest, which every cache holds.
    list: (index) => `/v2/faxes?limit=25&cursor=${anyId(index)}`,
    'list by status': () => '/v2/faxes?limit=25&status=failed',
    'list by number': (index) =>
      `/v2/faxes?limit=25&number=%2B1202555${String(index % 100).padStart(2, '0')}00`,
  }
  const figures: Partial<Record<Kind, number>> = {}
  for (const [kind, path] of Object.entries(paths) as [Kind, (index: number) => string][]) {
    figures[kind] = await p99(server, path)
  }
  return figures as Figures
}

/** The median of several rounds' p99: a single stall of the machine is not the product's. */
async function p99(server: OurServer, path: (index: number) => string): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { milliseconds } = await load(1, REQUESTS / ROUNDS, async (index) => {
      const { status } = await get(server, path(round * REQUESTS + index))
      if (status !== 200) throw new Error(`HTTP ${status} from ${path(index).split('?')[0]}`)
    })
    // The first round warms both: the bar is about size, not about a cold start.
    if (round > 0) rounds.push(percentile(milliseconds, 99))
  }
  return median(rounds)
}

function row(kind: Kind, small: number, large: number): BenchRow {
  const ratio = large / small
  return {
    figure: `${kind}: p99 at 1,000,000 faxes vs at 10,000`,
    ours: `${large.toFixed(2)} ms`,
    peer: `${small.toFixed(2)} ms at 10,000`,
    ratio,
    bar: '<= 1.5x',
    met: ratio <= 1.5,
    command: COMMAND,
  }
}

if (import.meta.main) printTable(await run())
