import { type Selectable, sql } from 'kysely'
import type { Disposition } from '../../../domain/fax/disposition.ts'
import type { FaxStatus } from '../../../domain/fax/fax.ts'
import type { ProviderSettings } from '../../../domain/providers/provider.ts'
import type {
  ProviderPatch,
  ProviderRepository,
  ProviderRow,
  UpstreamAttempt,
  UpstreamNotice,
  UpstreamReceivedRow,
} from '../../../ports/store/provider-store.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

function readProvider(row: Selectable<Tables['provider']>): ProviderRow {
  const { mode: _, ...fields } = toFields(row)
  return { ...fields, settings: row.settings as unknown as ProviderSettings }
}

function readNotice(row: Selectable<Tables['upstream_notice']>): UpstreamNotice {
  const { accountId: _, mode: __, ...notice } = toFields(row)
  return notice
}

export class PostgresProviders extends Repository implements ProviderRepository {
  async insert(provider: Omit<ProviderRow, 'accountId' | 'sentSeenAt' | 'receivedSeenAt'>): Promise<void> {
    const { mode, account_id } = this.owner
    await this.database
      .insertInto('provider')
      .values({
        account_id,
        mode,
        id: provider.id,
        settings: JSON.stringify(provider.settings),
        key_sealed: provider.keySealed,
        hook_token_hash: provider.hookTokenHash,
        hook_auth_sealed: provider.hookAuthSealed,
        sent_seen_at: null,
        received_seen_at: null,
        created_at: provider.createdAt,
        updated_at: provider.updatedAt,
      })
      .execute()
  }

  async get(id: string): Promise<ProviderRow | undefined> {
    const row = await this.database.selectFrom('provider').selectAll().where('id', '=', id).executeTakeFirst()
    return row && readProvider(row)
  }

  async list(): Promise<ProviderRow[]> {
    const rows = await this.database.selectFrom('provider').selectAll().orderBy('id').execute()
    return rows.map(readProvider)
  }

  async update(id: string, patch: ProviderPatch): Promise<ProviderRow | undefined> {
    const { settings, ...columns } = patch
    const row = await this.database
      .updateTable('provider')
      .set({
        ...toColumns(columns),
        ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && readProvider(row)
  }

  async delete(id: string): Promise<boolean> {
    const result = await this.database.deleteFrom('provider').where('id', '=', id).executeTakeFirst()
    return result.numDeletedRows > 0n
  }

  async countOpenAttempts(id: string): Promise<number> {
    const rows = await this.database
      .selectFrom('attempt')
      .select('id')
      .where('provider_id', '=', id)
      .where('ended_at', 'is', null)
      .execute()
    return rows.length
  }

  async claimed(id: string, references: readonly string[]): Promise<Set<string>> {
    if (references.length === 0) return new Set()
    const rows = await this.database
      .selectFrom('attempt')
      .select('upstream_ref')
      .where('provider_id', '=', id)
      .where(sql<boolean>`upstream_ref = any(${[...references]}::text[])`)
      .execute()
    return new Set(rows.flatMap(({ upstream_ref: reference }) => (reference === null ? [] : [reference])))
  }

  async claim(id: string, attemptId: string, reference: string): Promise<boolean> {
    if ((await this.claimed(id, [reference])).size > 0) return false
    const result = await this.database
      .updateTable('attempt')
      .set({ upstream_ref: reference })
      .where('id', '=', attemptId)
      .where('provider_id', '=', id)
      .where('upstream_ref', 'is', null)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async quote(
    attemptId: string,
    told: { readonly code: number | null; readonly cause: string | null },
  ): Promise<void> {
    await this.database
      .updateTable('attempt')
      .set({ upstream_code: told.code, upstream_cause: told.cause })
      .where('id', '=', attemptId)
      .execute()
  }

  async findAttempt(id: string, reference: string): Promise<UpstreamAttempt | undefined> {
    const row = await this.#attempts(id).where('upstream_ref', '=', reference).executeTakeFirst()
    return row && readAttempt(row)
  }

  async attemptsSince(id: string, since: Date, limit: number): Promise<UpstreamAttempt[]> {
    const rows = await this.#attempts(id)
      .where('upstream_ref', 'is not', null)
      .where('attempt.started_at', '>=', since)
      .orderBy('attempt.started_at')
      .limit(limit)
      .execute()
    return rows.map(readAttempt)
  }

  #attempts(id: string) {
    return this.database
      .selectFrom('attempt')
      .innerJoin('fax', 'fax.id', 'attempt.fax_id')
      .select([
        'attempt.id',
        'attempt.fax_id',
        'attempt.upstream_ref',
        'attempt.started_at',
        'attempt.ended_at',
        'attempt.disposition',
        'attempt.pages_confirmed',
        'attempt.first_page',
        'fax.page_count',
        'fax.status',
      ])
      .where('attempt.provider_id', '=', id)
  }

  async notice(
    notice: Pick<UpstreamNotice, 'id' | 'providerId' | 'reference' | 'transactionId' | 'createdAt'>,
  ): Promise<UpstreamNotice | undefined> {
    const { account_id, mode } = this.owner
    const row = await this.database
      .insertInto('upstream_notice')
      .values({
        account_id,
        mode,
        id: notice.id,
        provider_id: notice.providerId,
        reference: notice.reference,
        transaction_id: notice.transactionId,
        status: 'pending',
        received_fax_id: null,
        next_try_at: notice.createdAt,
        created_at: notice.createdAt,
      })
      .onConflict((conflict) => conflict.columns(['provider_id', 'reference']).doNothing())
      .returningAll()
      .executeTakeFirst()
    return row && readNotice(row)
  }

  async takeNotice(id: string, now: Date, until: Date): Promise<UpstreamNotice | undefined> {
    const row = await this.database
      .updateTable('upstream_notice')
      .set({ tries: sql<number>`tries + 1`, next_try_at: until })
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .where('next_try_at', '<=', now)
      .returningAll()
      .executeTakeFirst()
    return row && readNotice(row)
  }

  async putNotice(
    id: string,
    patch: Partial<Pick<UpstreamNotice, 'status' | 'receivedFaxId' | 'transactionId' | 'nextTryAt'>>,
  ): Promise<void> {
    await this.database.updateTable('upstream_notice').set(toColumns(patch)).where('id', '=', id).execute()
  }

  async bindReceived(receivedFaxId: string, providerId: string, reference: string): Promise<void> {
    await this.database
      .updateTable('received_fax')
      .set({ provider_id: providerId, upstream_ref: reference })
      .where('id', '=', receivedFaxId)
      .execute()
  }

  async findReceived(providerId: string, references: readonly string[]): Promise<UpstreamReceivedRow[]> {
    if (references.length === 0) return []
    const rows = await this.database
      .selectFrom('received_fax')
      .select(['id', 'upstream_ref', 'status', 'page_count'])
      .where('provider_id', '=', providerId)
      .where(sql<boolean>`upstream_ref = any(${[...references]}::text[])`)
      .execute()
    return rows.map((row) => ({
      receivedFaxId: row.id,
      reference: row.upstream_ref ?? '',
      status: row.status,
      pageCount: row.page_count,
    }))
  }
}

function readAttempt(row: {
  id: string
  fax_id: string
  upstream_ref: string | null
  started_at: Date
  ended_at: Date | null
  disposition: string | null
  pages_confirmed: number
  first_page: number
  page_count: number | null
  status: string
}): UpstreamAttempt {
  return {
    attemptId: row.id,
    faxId: row.fax_id,
    reference: row.upstream_ref ?? '',
    startedAt: row.started_at,
    endedAt: row.ended_at,
    disposition: row.disposition as Disposition | null,
    pageCount: (row.page_count ?? 0) - row.first_page + 1,
    pagesConfirmed: row.pages_confirmed,
    faxStatus: row.status as FaxStatus,
  }
}
