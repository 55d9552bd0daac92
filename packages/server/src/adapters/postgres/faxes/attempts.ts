import type { Selectable } from 'kysely'
import type { JournalEntry, JournalKind } from '../../../domain/attempts/journal.ts'
import type { EndedAttempt } from '../../../domain/attempts/retry-policy.ts'
import type { CallEnd, Disposition } from '../../../domain/fax/disposition.ts'
import type { AttemptRepository, AttemptRow } from '../../../ports/store/attempt-store.ts'
import type { SealedEvidence } from '../../../ports/store/call-end-store.ts'
import { Repository } from '../connection/repository.ts'
import { CALL_END_COLUMNS, callEndColumns } from '../schema/call-end-columns.ts'
import { toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

const COLUMNS = [
  'id',
  'fax_id',
  'number',
  'line',
  'trunk_id',
  'first_page',
  'started_at',
  'connected_at',
  'ended_at',
  ...CALL_END_COLUMNS,
  'pages_confirmed',
  'data_exchanged',
  'answered_after_ms',
  'failed_over',
  'provider_id',
  'upstream_ref',
  'upstream_code',
  'upstream_cause',
] as const satisfies readonly (keyof Tables['attempt'])[]

function readAttempt(row: Pick<Selectable<Tables['attempt']>, (typeof COLUMNS)[number]>): AttemptRow {
  return { ...toFields(row), disposition: row.disposition as Disposition | null }
}

export class PostgresAttempts extends Repository implements AttemptRepository {
  async begin(attempt: Parameters<AttemptRepository['begin']>[0]): Promise<void> {
    await this.database
      .with('begun', (db) =>
        db
          .insertInto('attempt')
          .values({
            ...this.account,
            id: attempt.id,
            fax_id: attempt.faxId,
            number: attempt.number,
            line: attempt.line,
            trunk_id: attempt.trunkId,
            provider_id: attempt.providerId,
            first_page: attempt.firstPage,
            started_at: attempt.at,
          })
          .returning('id'),
      )
      .insertInto('attempt_journal')
      .values({ ...this.account, attempt_id: attempt.id, at: attempt.at, kind: 'dialing' })
      .execute()
  }

  async journal(attemptId: string, at: Date, entry: JournalEntry): Promise<void> {
    await this.database
      .insertInto('attempt_journal')
      .values({
        ...this.account,
        attempt_id: attemptId,
        at,
        kind: entry.kind,
        page: entry.page ?? null,
      })
      .execute()
    if (entry.kind === 'connected') {
      await this.database
        .updateTable('attempt')
        .set({ connected_at: at })
        .where('id', '=', attemptId)
        .execute()
    }
  }

  async end(
    attemptId: string,
    at: Date,
    end: CallEnd,
    pagesConfirmed: number,
    sealed: SealedEvidence,
    failedOver: boolean,
  ): Promise<void> {
    await this.database
      .updateTable('attempt')
      .set({
        ended_at: at,
        pages_confirmed: pagesConfirmed,
        data_exchanged: end.dataExchanged,
        ...callEndColumns(end, sealed),
        answered_after_ms: end.answeredAfterMs ?? null,
        failed_over: failedOver,
      })
      .where('id', '=', attemptId)
      .where('ended_at', 'is', null)
      .execute()
  }

  async open(faxId: string): Promise<AttemptRow | undefined> {
    const row = await this.database
      .selectFrom('attempt')
      .select(COLUMNS)
      .where('fax_id', '=', faxId)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return row && readAttempt(row)
  }

  async list(faxId: string): Promise<AttemptRow[]> {
    const rows = await this.database
      .selectFrom('attempt')
      .select(COLUMNS)
      .where('fax_id', '=', faxId)
      .orderBy('number')
      .execute()
    return rows.map(readAttempt)
  }

  async history(faxId: string): Promise<EndedAttempt[]> {
    const attempts = await this.list(faxId)
    return attempts.flatMap(({ disposition, dataExchanged, trunkId, failedOver }) =>
      disposition && dataExchanged ? [{ disposition, dataExchanged, trunkId, failedOver }] : [],
    )
  }

  async timelines(faxId: string): Promise<Map<string, Buffer>> {
    const rows = await this.database
      .selectFrom('attempt')
      .select(['id', 'timeline_sealed'])
      .where('fax_id', '=', faxId)
      .execute()
    return new Map(rows.flatMap(({ id, timeline_sealed: sealed }) => (sealed ? [[id, sealed] as const] : [])))
  }

  async entries(attemptId: string): Promise<(JournalEntry & { at: Date })[]> {
    const rows = await this.database
      .selectFrom('attempt_journal')
      .select(['kind', 'page', 'at'])
      .where('attempt_id', '=', attemptId)
      .orderBy('position')
      .execute()
    return rows.map((row) => ({
      kind: row.kind as JournalKind,
      at: row.at,
      ...(row.page === null ? {} : { page: row.page }),
    }))
  }
}
