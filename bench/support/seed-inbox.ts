import { createHash } from 'node:crypto'
import { encodeId } from '@answerback/server/adapters/system/identifier'
import { sealReceivedNumbers } from '@answerback/server/application/sealed/received-secrets'
import type { AccountKeys } from '@answerback/server/ports/keyring'
import pg from 'pg'

const BATCH = 5000
const START_MS = Date.UTC(2023, 0, 1)
/** A million faxes are three years of one every 95 seconds. */
const EVERY_MS = 95_000
const VOCABULARY = 50_000
const WORDS_MIN = 60
const WORDS_MAX = 150

/** Words with a known share of the faxes; all others are drawn as words are in texts. */
export const SPECIAL_WORDS = {
  /** On ten faxes in all. */
  rare: 'raritas',
  /** On the oldest fifth and on no other: a letterhead that was given up. */
  old: 'oldletterhead',
}

export interface SeededInbox {
  readonly ids: readonly string[]
  readonly mailboxIds: readonly string[]
  readonly numberIds: readonly string[]
  readonly firstMs: number
  readonly lastMs: number
}

/** The word of this rank: 0 stands on nearly every fax, the last on a few of a million. */
export function wordOfRank(rank: number): string {
  return `word${rank}`
}

/** Years of an inbox: the newest hundredth is worked on, the rest is done. Sealed and hashed as the product does it. */
export async function seedInbox(
  owner: pg.PoolConfig,
  accountId: string,
  keys: AccountKeys,
  count: number,
): Promise<SeededInbox> {
  const pool = new pg.Pool({ ...owner, max: 1 })
  try {
    const names = await seedNames(pool, accountId)
    const indexes = await dropIndexes(pool)
    const hash = (word: string) => keys.hash('received.word', word).readInt32BE(0)
    const vocabulary = Int32Array.from({ length: VOCABULARY }, (_, rank) => hash(wordOfRank(rank)))
    const special = { rare: hash(SPECIAL_WORDS.rare), old: hash(SPECIAL_WORDS.old) }
    const random = new Random()
    const ids: string[] = []
    while (ids.length < count) {
      const batch = Array.from({ length: Math.min(BATCH, count - ids.length) }, (_, index) => {
        const serial = ids.length + index
        const id = encodeId('inb', START_MS + serial * EVERY_MS, digest(`id ${serial}`).subarray(0, 10))
        const to = numberOf(serial % names.numberIds.length)
        const from = `+1303555${String(random.zipf(10_000)).padStart(4, '0')}`
        const extra = []
        if (serial % Math.ceil(count / 10) === 7) extra.push(special.rare)
        if (serial < count / 5) extra.push(special.old)
        return {
          id,
          serial,
          ...sealReceivedNumbers(keys, id, { to, from }),
          words: wordsOf(random, vocabulary, extra),
        }
      })
      await insert(pool, accountId, names, batch, count)
      for (const { id } of batch) ids.push(id)
    }
    await pool.query("set maintenance_work_mem = '512MB'")
    for (const index of indexes) await pool.query(index)
    await pool.query('vacuum analyze received_fax, received_words')
    await pool.query('checkpoint')
    return { ids, ...names, firstMs: START_MS, lastMs: START_MS + count * EVERY_MS }
  } finally {
    await pool.end()
  }
}

function numberOf(index: number): string {
  return `+1202555${String(index).padStart(2, '0')}00`
}

/** What is built at the end, which is quicker than growing it a row at a time. @returns the statements that do it */
async function dropIndexes(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ indexname: string; indexdef: string }>(
    `select indexname, indexdef from pg_indexes
     where tablename in ('received_fax', 'received_words') and indexdef not like 'CREATE UNIQUE%'`,
  )
  for (const { indexname } of rows) await pool.query(`drop index ${indexname}`)
  return rows.map(({ indexdef }) => indexdef)
}

async function seedNames(pool: pg.Pool, accountId: string) {
  const names = (prefix: string, many: number) =>
    Array.from({ length: many }, (_, index) =>
      encodeId(prefix, START_MS, digest(`${prefix} ${index}`).subarray(0, 10)),
    )
  const mailboxIds = names('mbx', 20)
  const numberIds = names('num', 50)
  const at = new Date(START_MS)
  await pool.query(
    `insert into mailbox (id, account_id, mode, is_default, name, owner, urgent_minutes, normal_minutes, created_at, updated_at)
     select id, $1, 'live', row_number() over () = 1, id, 'desk', 60, 1440, $3, $3 from unnest($2::text[]) id`,
    [accountId, mailboxIds, at],
  )
  await pool.query(
    `insert into phone_number (id, account_id, mode, number, carrier, settings, created_at, updated_at)
     select id, $1, 'live', number, 'sip', '{}', $4, $4 from unnest($2::text[], $3::text[]) named (id, number)`,
    [accountId, numberIds, numberIds.map((_, index) => numberOf(index)), at],
  )
  return { mailboxIds, numberIds }
}

interface Seed extends ReturnType<typeof sealReceivedNumbers> {
  readonly id: string
  readonly serial: number
  readonly words: string
}

async function insert(
  pool: pg.Pool,
  accountId: string,
  { mailboxIds, numberIds }: Pick<SeededInbox, 'mailboxIds' | 'numberIds'>,
  batch: readonly Seed[],
  count: number,
): Promise<void> {
  const column = <K extends keyof Seed>(name: K) => batch.map((seed) => seed[name])
  // Half of all faxes lie in the first mailbox; the last one was given up long ago.
  await pool.query(
    `insert into received_fax (id, account_id, mode, status, line, to_sealed, to_hash, from_sealed, from_hash, page_count,
       started_at, ended_at, number_id, mailbox_id, assignee, mark, priority, due_at, text_state, examined_at, duplicate_of)
     select id, $1, 'live',
       case serial % 50 when 1 then 'failed' when 2 then 'partially_received' else 'received' end,
       'sip', to_sealed, to_hash, from_sealed, from_hash, 2, at, at + interval '1 minute',
       ($9::text[])[1 + serial % ${numberIds.length}],
       ($10::text[])[case when serial < $11 / 10 and serial % 3 = 0 then ${mailboxIds.length}
         when serial % 2 = 0 then 1 else 2 + (serial / 2) % ${mailboxIds.length - 2} end],
       case when serial % 20 = 3 or is_new then null else 'person' || (serial / 7) % 200 end,
       case when is_new then 'new' when is_recent then 'in_review' when serial % 25 = 4 then 'spam' else 'done' end,
       case serial % 40 when 5 then 'urgent' else 'normal' end,
       case when is_new then at + interval '1 day' end,
       'ready', at, case when serial % 100 = 9 then $12 end
     from unnest($2::text[], $3::integer[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[], $8::timestamptz[])
       seed (id, serial, to_sealed, to_hash, from_sealed, from_hash, at),
       lateral (select serial > $11 * 0.99 as is_recent, serial > $11 * 0.99 and serial % 3 > 0 as is_new) age`,
    [
      accountId,
      column('id'),
      column('serial'),
      column('toSealed'),
      column('toHash'),
      column('fromSealed'),
      column('fromHash'),
      batch.map(({ serial }) => new Date(START_MS + serial * EVERY_MS)),
      numberIds,
      mailboxIds,
      count,
      batch[0]!.id,
    ],
  )
  await pool.query(
    `insert into received_words (received_fax_id, account_id, mode, words)
     select id, $1, 'live', words::integer[] from unnest($2::text[], $3::text[]) seed (id, words)`,
    [accountId, column('id'), column('words')],
  )
}

function wordsOf(random: Random, vocabulary: Int32Array, extra: readonly number[]): string {
  const words = new Set(extra)
  const draws = WORDS_MIN + random.below(WORDS_MAX - WORDS_MIN + 1)
  for (let draw = 0; draw < draws; draw += 1) words.add(vocabulary[random.zipf(VOCABULARY)]!)
  return `{${[...words].join(',')}}`
}

/** Repeatable: the same inbox in every run. */
class Random {
  #state = 0x2545f491

  #next(): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) / 2 ** 32
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit)
  }

  /** 0 to `limit` - 1; rank r about half as often as rank r/2, as words are in any text (Zipf's law). */
  zipf(limit: number): number {
    return Math.min(limit - 1, Math.floor(limit ** this.#next()) - 1)
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
