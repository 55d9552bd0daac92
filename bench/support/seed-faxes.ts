import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { openFileKeyring } from '@answerback/server/adapters/keyring/file-keys'
import { encodeId } from '@answerback/server/adapters/system/identifier'
import { sealFax } from '@answerback/server/application/sealed/fax-secrets'
import type { E164 } from '@answerback/server/domain/numbers/number'
import pg from 'pg'

const BATCH = 5000
const START_MS = Date.UTC(2026, 0, 1)
const STATUSES = [
  'delivered',
  'delivered',
  'delivered',
  'delivered',
  'failed',
  'partially_delivered',
  'canceled',
]

/** A bookkeeping of years: ended faxes, sealed as the product seals them, at about one a second. */
export class FaxSeeder {
  readonly #pool: pg.Pool
  readonly #dataFolder: string
  readonly ids: string[] = []

  constructor(owner: pg.PoolConfig, dataFolder: string) {
    this.#pool = new pg.Pool({ ...owner, max: 1 })
    this.#dataFolder = dataFolder
  }

  async fillTo(count: number): Promise<void> {
    const { rows } = await this.#pool.query<{ id: string; wrapped_key: Buffer }>(
      'select id, wrapped_key from account',
    )
    const account = rows[0]!
    const keyring = await openFileKeyring(join(this.#dataFolder, 'keys'), { create: false })
    const keys = await keyring.account(account.id, account.wrapped_key)
    while (this.ids.length < count) {
      const batch = Array.from({ length: Math.min(BATCH, count - this.ids.length) }, (_, index) => {
        const serial = this.ids.length + index
        const id = encodeId('fax', START_MS + serial * 1000, digest(`id ${serial}`).subarray(0, 10))
        const to = `+1202555${String(serial % 100).padStart(2, '0')}00` as E164
        const sealed = sealFax(keys, id, { to, from: null, details: {} })
        return { id, serial, hash: keys.hash('fax.number', to), ...sealed }
      })
      await this.#insert(account.id, batch)
      for (const { id } of batch) this.ids.push(id)
    }
    await this.#pool.query('vacuum analyze fax')
    await this.#pool.query('checkpoint')
  }

  close(): Promise<void> {
    return this.#pool.end()
  }

  async #insert(accountId: string, batch: readonly Seed[]): Promise<void> {
    await this.#pool.query(
      `insert into fax (id, account_id, mode, status, priority, to_sealed, to_hash, to_slot, details_sealed, resolution,
         paper, render_mode, content_hash, page_count, pages_confirmed, attempt_count, created_at, deadline_at, ended_at)
       select id, $1, 'test', status, 5, to_sealed, to_hash, to_hash, details_sealed, 'fine', 'letter', 'auto', to_hash,
         1, 1, 1, at, at + interval '1 day', at + interval '1 minute'
       from unnest($2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[], $7::timestamptz[])
         seed (id, status, to_sealed, to_hash, details_sealed, at)`,
      [
        accountId,
        batch.map((seed) => seed.id),
        batch.map((seed) => STATUSES[seed.serial % STATUSES.length]),
        batch.map((seed) => seed.toSealed),
        batch.map((seed) => seed.hash),
        batch.map((seed) => seed.detailsSealed),
        batch.map((seed) => new Date(START_MS + seed.serial * 1000)),
      ],
    )
  }
}

interface Seed {
  readonly id: string
  readonly serial: number
  readonly hash: Buffer
  readonly toSealed: Buffer
  readonly detailsSealed: Buffer
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
