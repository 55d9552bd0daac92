import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@answerback/server/adapters/database/migrate'
import { openDatabase } from '@answerback/server/adapters/database/open'
import { openFileKeyring } from '@answerback/server/adapters/keyring/file-keys'
import { createPool, type PostgresPool } from '@answerback/server/adapters/postgres/connection/connection'
import { createPostgresStore } from '@answerback/server/adapters/postgres/store'
import { SystemClock } from '@answerback/server/adapters/system/clock'
import { SystemRandom } from '@answerback/server/adapters/system/random'
import { createAccount } from '@answerback/server/application/account/create-account'
import { listReceived, type ReceivedQuery } from '@answerback/server/application/inbox/list-received'
import type { Services } from '@answerback/server/application/services'
import type { Scope } from '@answerback/server/ports/store/scope'
import type { BenchRow } from './row.ts'
import { printTable } from './support/print-table.ts'
import { type SeededInbox, SPECIAL_WORDS, seedInbox, wordOfRank } from './support/seed-inbox.ts'
import { load, percentile } from './support/statistics.ts'

const COMMAND = 'node bench/inbox.ts'
const FAXES = 1_000_000
/** A round. */
const REQUESTS = 100
const ROUNDS = 2
const BAR_MS = 300
const MIGRATIONS = join(import.meta.dirname, '../packages/server/src/adapters/postgres/migrations')
const ACTOR = { kind: 'system', id: 'bench', requestId: null } as const

/** What the use cases here ask for; nothing else of a server runs. */
type Needed = Pick<Services, 'store' | 'keyring' | 'clock' | 'random'>

/** Lists and searches of one account with 1,000,000 received faxes, through the use case, one client. */
export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'answerback-bench-'))
  const database = await openDatabase({ dataFolder: join(folder, 'database') })
  try {
    await migrate(database, MIGRATIONS)
    const pool = createPool(database.app, (error) => process.stderr.write(`${error.message}\n`))
    try {
      const keyring = await openFileKeyring(join(folder, 'keys'), { create: true })
      const clock = new SystemClock()
      const needed: Needed = {
        store: createPostgresStore(pool),
        keyring,
        clock,
        random: new SystemRandom(clock),
      }
      const services = needed as Services
      const { accountId } = await createAccount(services, 'Zebra Example Clinic')
      const scope: Scope = { accountId, mode: 'live' }
      const { id, wrappedKey } = await services.store.asAccount(scope, (tx) => tx.accounts.get())
      const keys = await keyring.account(id, wrappedKey)
      const inbox = await seedInbox(database.owner, accountId, keys, FAXES)
      return await measure(services, scope, inbox, () => processorMs(pool))
    } finally {
      await pool.close()
    }
  } finally {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
}

type QueryOf = (index: number) => Omit<ReceivedQuery, 'limit'>

async function measure(
  services: Services,
  scope: Scope,
  inbox: SeededInbox,
  processor: () => Promise<number>,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const [figure, queryOf] of Object.entries(kinds(inbox))) {
    process.stderr.write(`  ${figure}\n`)
    const before = await processor()
    const { milliseconds, hits } = await timed(services, scope, queryOf)
    const used = ((await processor()) - before) / ((ROUNDS + 1) * REQUESTS)
    const p99 = percentile(milliseconds, 99)
    rows.push({
      figure: `inbox of 1,000,000: ${figure}`,
      ours: `p50 ${percentile(milliseconds, 50).toFixed(1)}, p99 ${p99.toFixed(1)} ms, processor ${used.toFixed(1)} ms; ${hits.toFixed(0)} rows`,
      peer: '–',
      ratio: p99 / BAR_MS,
      bar: `p99 <= ${BAR_MS} ms`,
      met: p99 <= BAR_MS,
      command: COMMAND,
    })
  }
  return rows
}

/** Each index is another request; those with a cursor begin anywhere in the years. */
function kinds({ ids, mailboxIds, numberIds, firstMs, lastMs }: SeededInbox): Record<string, QueryOf> {
  const deep = (index: number) => ids[(index * 7919 + 50) % ids.length]!
  const span = lastMs - firstMs
  const day = (index: number) => {
    const from = firstMs + ((index * 7919) % 1000) * (span / 1000)
    return { startedAfter: new Date(from), startedBefore: new Date(from + 86_400_000) }
  }
  const word = (rank: number) => (index: number) => wordOfRank(rank + (index % 20))
  const pair =
    (first: number, second: number): QueryOf =>
    (index) => ({
      q: `${word(first)(index)} ${word(second)(index)}`,
    })
  return {
    'newest page': () => ({}),
    'any page': (index) => ({ cursor: deep(index) }),
    'by status failed, any page': (index) => ({ statuses: ['failed'], cursor: deep(index) }),
    'by number called, any page': (index) => ({
      number: `+1202555${two(index % 50)}00`,
      cursor: deep(index),
    }),
    'by caller': (index) => ({ from: `+1303555${String(index % 10_000).padStart(4, '0')}` }),
    'by numberId': (index) => ({ numberId: numberIds[index % numberIds.length]! }),
    'by mailbox, any page': (index) => ({ mailboxId: mailboxIds[index % 20]!, cursor: deep(index) }),
    'by a mailbox given up': () => ({ mailboxId: mailboxIds.at(-1)! }),
    'by mailbox and mark new': (index) => ({ mailboxId: mailboxIds[index % 20]!, marks: ['new'] }),
    'by marks new and in_review': () => ({ marks: ['new', 'in_review'] }),
    'by mark spam, any page': (index) => ({ marks: ['spam'], cursor: deep(index) }),
    'by assignee, any page': (index) => ({ assignee: `person${index % 200}`, cursor: deep(index) }),
    unassigned: (index) => ({ assignee: null, cursor: deep(index) }),
    'urgent, any page': (index) => ({ priority: 'urgent', cursor: deep(index) }),
    overdue: () => ({ overdue: true }),
    duplicates: (index) => ({ isDuplicate: true, cursor: deep(index) }),
    'a day, any page of it': day,
    'the first half of the years': () => ({ startedBefore: new Date(firstMs + span / 2) }),
    'a day of a number': (index) => ({ ...day(index), numberId: numberIds[index % numberIds.length]! }),
    'assignee, mailbox, mark and priority': (index) => ({
      assignee: `person${index % 200}`,
      mailboxId: mailboxIds[0]!,
      marks: ['done'],
      priority: 'urgent',
    }),
    'search: the commonest words': (index) => ({ q: wordOfRank(index % 5) }),
    'search: common words, any page': (index) => ({ q: wordOfRank(index % 20), cursor: deep(index) }),
    'search: words of 1 in 30': (index) => ({ q: word(300)(index) }),
    'search: words of 1 in 200': (index) => ({ q: word(2000)(index) }),
    'search: words of 1 in 4,000': (index) => ({ q: word(40_000)(index) }),
    'search: a word of ten faxes': () => ({ q: SPECIAL_WORDS.rare }),
    'search: a word of none': (index) => ({ q: `nothing${index}` }),
    'search: two common words': pair(2, 10),
    'search: a common and a rare word': pair(1, 40_000),
    'search: two words of 1 in 200': pair(2000, 2500),
    'search: 200,000 faxes, all old': () => ({ q: SPECIAL_WORDS.old }),
    'search: 200,000 old faxes and a common word': (index) => ({
      q: `${SPECIAL_WORDS.old} ${wordOfRank(index % 20)}`,
    }),
    'search: a common word in new faxes': (index) => ({ q: wordOfRank(index % 20), marks: ['new'] }),
    'search: 200,000 old faxes, spam': () => ({ q: SPECIAL_WORDS.old, marks: ['spam'] }),
    'search: words of 1 in 200, of an assignee': (index) => ({
      q: word(2000)(index),
      assignee: `person${index % 200}`,
    }),
    'search: a common word in a day': (index) => ({ q: wordOfRank(index % 20), ...day(index) }),
    'search: words of 1 in 30 in the first half': (index) => ({
      q: word(300)(index),
      startedBefore: new Date(firstMs + span / 2),
    }),
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Time on the processor of this process and of PostgreSQL's that serves it: what other work on the machine does not change. */
async function processorMs(pool: PostgresPool): Promise<number> {
  const pid = await pool.withConnection(
    async ({ run }) => (await run('select pg_backend_pid() pid')).rows[0].pid,
  )
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')
  const { user, system } = process.cpuUsage()
  // utime and stime in hundredths of a second (proc(5)).
  return (Number(fields[11]) + Number(fields[12])) * 10 + (user + system) / 1000
}

async function timed(services: Services, scope: Scope, queryOf: QueryOf) {
  const all: number[] = []
  let rows = 0
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { milliseconds } = await load(1, REQUESTS, async (index) => {
      const query = { ...queryOf(round * REQUESTS + index), limit: 25 }
      const { received } = await listReceived(services, scope, ACTOR, query)
      rows += received.length
    })
    // The first round warms: the bar is about size, not about a cold start.
    if (round > 0) all.push(...milliseconds)
  }
  return { milliseconds: all, hits: rows / ((ROUNDS + 1) * REQUESTS) }
}

if (import.meta.main) printTable(await run())
