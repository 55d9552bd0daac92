import { CompiledQuery, type Selectable, sql } from 'kysely'
import type { Disposition } from '../../../domain/fax/disposition.ts'
import { assertMayBecome, Fault, type FaxStatus, isTerminal } from '../../../domain/fax/fax.ts'
import {
  type Acceptance,
  type FaxCorrection,
  type FaxListFilter,
  type FaxPatch,
  type FaxRepository,
  type FaxRow,
  type NewFax,
  StaleLease,
} from '../../../ports/store/fax-store.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'
import { acceptFax } from './accept-fax.ts'
import { listFaxes } from './fax-list.ts'

export function readFax(row: Selectable<Tables['fax']>): FaxRow {
  return {
    ...toFields(row),
    status: row.status as FaxStatus,
    disposition: row.disposition as Disposition | null,
  }
}

/** Every fax that is handed in asks this, so its text is made once and not with kysely. The fence is written out. */
const FIND_DUPLICATE = `
  select id from fax
  where account_id = $1 and mode = $2 and to_hash = $3 and content_hash = $4 and created_at >= $5
    and status not in ('failed', 'canceled', 'expired')
  order by id desc limit 1`

/** Two keys are a space of their own, apart from the locks of one. Different faxes that share a key merely wait for each other. */
const DUPLICATE_LOCK = 7_204
const LOCK_DUPLICATES = 'select pg_advisory_xact_lock($1::int, $2::int)'

export class PostgresFaxes extends Repository implements FaxRepository {
  accept(fax: NewFax, acceptance: Acceptance): Promise<{ jobId: number; deliveryIds: string[] }> {
    return acceptFax(this.database, this.scope, fax, acceptance)
  }

  async get(id: string): Promise<FaxRow | undefined> {
    const row = await this.database.selectFrom('fax').selectAll().where('id', '=', id).executeTakeFirst()
    return row && readFax(row)
  }

  async getByJobId(jobId: number): Promise<FaxRow | undefined> {
    const row = await this.database
      .selectFrom('fax')
      .selectAll()
      .where('job_id', '=', jobId)
      .executeTakeFirst()
    return row && readFax(row)
  }

  async list(filter: FaxListFilter): Promise<FaxRow[]> {
    return (await listFaxes(this.database, filter).selectAll().execute()).map(readFax)
  }

  async countUnlinked(filter: FaxListFilter): Promise<number> {
    const unlinked = listFaxes(this.database, filter)
      .select('id')
      .where('patient_hash', 'is', null)
      .where('shredded_at', 'is', null)
    const row = await this.database
      .selectFrom(unlinked.as('unlinked'))
      .select((on) => on.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return row.count
  }

  async resendsOf(id: string): Promise<string[]> {
    const rows = await this.database.selectFrom('fax').select('id').where('resend_of', '=', id).execute()
    return rows.map((row) => row.id)
  }

  async correct(id: string, correction: FaxCorrection): Promise<FaxRow | undefined> {
    const row = await this.database
      .updateTable('fax')
      .set(toColumns(correction))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && readFax(row)
  }

  async sources(id: string): Promise<{ documentId: string; pages: string[] | null }[]> {
    const rows = await this.database
      .selectFrom('fax_source')
      .select(['document_id', 'pages'])
      .where('fax_id', '=', id)
      .orderBy('position')
      .execute()
    return rows.map(toFields)
  }

  async findDuplicate(toHash: Buffer, contentHash: Buffer, since: Date): Promise<string | undefined> {
    const { account_id, mode } = this.owner
    const key = toHash.readInt32BE() ^ contentHash.readInt32BE()
    const values = [account_id, mode, toHash, contentHash, since]
    // In one write: the second statement begins when the lock is held, and so sees what its last holder accepted.
    const [, { rows }] = await Promise.all([
      this.database.executeQuery(CompiledQuery.raw(LOCK_DUPLICATES, [DUPLICATE_LOCK, key])),
      this.database.executeQuery<{ id: string }>(CompiledQuery.raw(FIND_DUPLICATE, values)),
    ])
    return rows[0]?.id
  }

  async lease(id: string, now: Date, until: Date): Promise<FaxRow | undefined> {
    const row = await this.database
      .updateTable('fax')
      .set({
        lease_token: sql`lease_token + 1`,
        lease_until: until,
        waiting_since: null,
        waiting_trunks: null,
      })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .where((on) => on.or([on('lease_until', 'is', null), on('lease_until', '<=', now)]))
      .returningAll()
      .executeTakeFirst()
    return row && readFax(row)
  }

  async renewLease(id: string, token: number, until: Date): Promise<boolean> {
    const result = await this.database
      .updateTable('fax')
      .set({ lease_until: until })
      .where('id', '=', id)
      .where('lease_token', '=', token)
      // A lease given back is nobody's: a renewal that was under way must not take it again.
      .where('lease_until', 'is not', null)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async releaseLease(id: string, token: number): Promise<void> {
    await this.database
      .updateTable('fax')
      .set({ lease_until: null })
      .where('id', '=', id)
      .where('lease_token', '=', token)
      .execute()
  }

  async transition(
    id: string,
    from: FaxStatus,
    to: FaxStatus,
    patch: FaxPatch,
    token?: number,
  ): Promise<FaxRow> {
    if (from !== to) assertMayBecome(from, to)
    let update = this.database
      .updateTable('fax')
      .set({
        ...toColumns(patch),
        status: to,
        ...(isTerminal(to)
          ? {
              next_action_at: null,
              lease_until: null,
              waiting_since: null,
              waiting_trunks: null,
              hold_reason: null,
            }
          : {}),
      })
      .where('id', '=', id)
      .where('status', '=', from)
    if (token !== undefined) update = update.where('lease_token', '=', token)
    const row = await update.returningAll().executeTakeFirst()
    if (row) return readFax(row)
    const found = await this.get(id)
    if (found && token !== undefined && found.leaseToken !== token) throw new StaleLease()
    throw new Fault(`A fax expected to be ${from} is ${found?.status ?? 'gone'}.`)
  }

  async requestCancel(id: string, at: Date): Promise<void> {
    await this.database
      .updateTable('fax')
      .set({ cancel_requested_at: at })
      .where('id', '=', id)
      .where('cancel_requested_at', 'is', null)
      .execute()
    await this.wake(id, at)
  }

  async wake(id: string, at: Date): Promise<void> {
    await this.database
      .updateTable('fax')
      .set({ next_action_at: at })
      .where('id', '=', id)
      .where('status', '=', 'sending')
      .where('next_action_at', '>', at)
      .execute()
  }
}
