import type { ApiKeyRepository, ApiKeyRow } from '../../../ports/store/api-key-store.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'

export class PostgresApiKeys extends Repository implements ApiKeyRepository {
  async insert(key: ApiKeyRow): Promise<void> {
    await this.database
      .insertInto('api_key')
      .values({
        ...this.owner,
        id: key.id,
        name: key.name,
        hash: key.hash,
        hint: key.hint,
        scopes: [...key.scopes],
        created_at: key.createdAt,
        expires_at: key.expiresAt,
        last_used_at: key.lastUsedAt,
        revoked_at: key.revokedAt,
        replaced_by: key.replacedBy,
        allowed_addresses: key.allowedAddresses && [...key.allowedAddresses],
        made_by: key.madeBy,
      })
      .execute()
  }

  async get(id: string): Promise<ApiKeyRow | undefined> {
    const row = await this.database.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toFields(row)
  }

  async list(): Promise<ApiKeyRow[]> {
    const rows = await this.database.selectFrom('api_key').selectAll().orderBy('id').execute()
    return rows.map(toFields)
  }

  async update(id: string, patch: Parameters<ApiKeyRepository['update']>[1]): Promise<ApiKeyRow | undefined> {
    const row = await this.database
      .updateTable('api_key')
      .set(toColumns(patch))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && toFields(row)
  }
}
