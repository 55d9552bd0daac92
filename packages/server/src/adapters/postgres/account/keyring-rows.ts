import { sql } from 'kysely'
import type { AccountRow } from '../../../ports/store/account-store.ts'
import type {
  KeyringRows,
  NewAccountKey,
  RewrappedDocument,
  WrappedDocument,
  WrappedPlace,
} from '../../../ports/store/keyring-store.ts'
import type { Database } from '../connection/connection.ts'
import { IS_OPEN, readAccount } from './accounts.ts'

export class PostgresKeyringRows implements KeyringRows {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async installationKey(): Promise<Buffer | undefined> {
    const row = await this.#database.selectFrom('installation_key').select('wrapped').executeTakeFirst()
    return row?.wrapped
  }

  async keepInstallationKey(wrapped: Buffer, at: Date): Promise<Buffer> {
    await this.#database
      .insertInto('installation_key')
      .values({ wrapped, created_at: at })
      .onConflict((on) => on.doNothing())
      .execute()
    return (await this.installationKey()) ?? wrapped
  }

  async accountsNotWrappedBy(keyId: string, limit: number): Promise<AccountRow[]> {
    const rows = await this.#database
      .selectFrom('account')
      .selectAll()
      .where('wrapped_by', 'is distinct from', keyId)
      .where(IS_OPEN)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(readAccount)
  }

  async countAccountsNotWrappedBy(keyId: string): Promise<number> {
    const row = await this.#database
      .selectFrom('account')
      .select((on) => on.fn.countAll<number>().as('count'))
      .where('wrapped_by', 'is distinct from', keyId)
      .where(IS_OPEN)
      .executeTakeFirstOrThrow()
    return row.count
  }

  async rotatingAccounts(): Promise<AccountRow[]> {
    const rows = await this.#database
      .selectFrom('account')
      .selectAll()
      .where('key_rotated_at', 'is not', null)
      .orderBy('key_rotated_at')
      .execute()
    return rows.map(readAccount)
  }

  async replaceAccountKey(
    id: string,
    from: Buffer,
    { wrapped, wrappedBy, keyRotatedAt }: NewAccountKey,
  ): Promise<boolean> {
    const result = await this.#database
      .updateTable('account')
      .set({
        wrapped_key: wrapped,
        wrapped_by: wrappedBy,
        ...(keyRotatedAt === undefined ? {} : { key_rotated_at: keyRotatedAt }),
      })
      .where('id', '=', id)
      .where('wrapped_key', '=', from)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async replaceWrapped(place: WrappedPlace, from: Buffer, to: Buffer): Promise<boolean> {
    const result =
      place.of === 'audit-log'
        ? await this.#database
            .updateTable('audit_key')
            .set({ private_wrapped: to })
            .where('private_wrapped', '=', from)
            .executeTakeFirst()
        : place.of === 'installation'
          ? await this.#database
              .updateTable('installation_key')
              .set({ wrapped: to })
              .where('wrapped', '=', from)
              .executeTakeFirst()
          : await this.#database
              .updateTable('person')
              .set({ totp_wrapped: to })
              .where('id', '=', place.id)
              .where('totp_wrapped', '=', from)
              .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async wrappedSecrets(afterId: string | undefined, limit: number): Promise<WrappedDocument[]> {
    let query = this.#database
      .selectFrom('person')
      .select(['id', 'totp_wrapped'])
      .where('totp_wrapped', 'is not', null)
      .orderBy('id')
      .limit(limit)
    if (afterId !== undefined) query = query.where('id', '>', afterId)
    const rows = await query.execute()
    return rows.flatMap((row) =>
      row.totp_wrapped === null ? [] : [{ id: row.id, wrapped: row.totp_wrapped }],
    )
  }

  async countDocumentsNotUnder(accountId: string, version: number): Promise<number> {
    const row = await this.#database
      .selectFrom('document')
      .select((on) => on.fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('key_version', '<>', version)
      .where('destroyed_at', 'is', null)
      .executeTakeFirstOrThrow()
    return row.count
  }

  async documentsNotUnder(accountId: string, version: number, limit: number): Promise<WrappedDocument[]> {
    const rows = await this.#database
      .selectFrom('document')
      .select(['id', 'wrapped_key'])
      .where('account_id', '=', accountId)
      // Two ranges of one index, which an inequality is not.
      .where((on) => on.or([on('key_version', '<', version), on('key_version', '>', version)]))
      .where('destroyed_at', 'is', null)
      .limit(limit)
      .execute()
    return rows.map((row) => ({ id: row.id, wrapped: row.wrapped_key }))
  }

  async replaceDocumentKeys(documents: readonly RewrappedDocument[]): Promise<number> {
    if (documents.length === 0) return 0
    const { numAffectedRows } = await sql`
      update document set wrapped_key = new.wrapped
      from unnest(${documents.map(({ id }) => id)}::text[], ${documents.map(({ wrapped }) => wrapped)}::bytea[],
        ${documents.map(({ to }) => to)}::bytea[]) as new (id, old, wrapped)
      where document.id = new.id and document.wrapped_key = new.old
        and document.id = any(${documents.map(({ id }) => id)}::text[])`.execute(this.#database)
    return Number(numAffectedRows ?? 0n)
  }
}
