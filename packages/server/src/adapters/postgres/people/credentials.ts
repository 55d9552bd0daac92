import type { Credentials, PasskeyRow } from '../../../ports/store/credential-store.ts'
import type { Database } from '../connection/connection.ts'
import { toFields } from '../schema/casing.ts'

export class PostgresCredentials implements Credentials {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async takeTotpStep(personId: string, step: number): Promise<boolean> {
    const result = await this.#database
      .updateTable('person')
      .set({ totp_step: step })
      .where('id', '=', personId)
      .where('totp_step', '<', step)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async insertPasskey(passkey: PasskeyRow): Promise<void> {
    await this.#database
      .insertInto('passkey')
      .values({
        id: passkey.id,
        person_id: passkey.personId,
        credential_id: passkey.credentialId,
        public_key: passkey.publicKey,
        sign_count: passkey.signCount,
        transports: [...passkey.transports],
        name: passkey.name,
        created_at: passkey.createdAt,
      })
      .execute()
  }

  async passkeys(personId: string): Promise<PasskeyRow[]> {
    const rows = await this.#database
      .selectFrom('passkey')
      .selectAll()
      .where('person_id', '=', personId)
      .orderBy('id')
      .execute()
    return rows.map(toFields)
  }

  async passkeyByCredential(credentialId: Buffer): Promise<PasskeyRow | undefined> {
    const row = await this.#database
      .selectFrom('passkey')
      .selectAll()
      .where('credential_id', '=', credentialId)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async usePasskey(id: string, signCount: number, at: Date): Promise<void> {
    await this.#database
      .updateTable('passkey')
      .set({ sign_count: signCount, last_used_at: at })
      .where('id', '=', id)
      .execute()
  }

  async deletePasskey(id: string, personId: string): Promise<boolean> {
    const result = await this.#database
      .deleteFrom('passkey')
      .where('id', '=', id)
      .where('person_id', '=', personId)
      .executeTakeFirst()
    return result.numDeletedRows > 0n
  }

  async replaceBackupCodes(personId: string, hashes: readonly Buffer[]): Promise<void> {
    await this.#database.deleteFrom('backup_code').where('person_id', '=', personId).execute()
    if (hashes.length === 0) return
    await this.#database
      .insertInto('backup_code')
      .values(hashes.map((hash) => ({ person_id: personId, hash })))
      .execute()
  }

  async useBackupCode(personId: string, hash: Buffer, at: Date): Promise<boolean> {
    const result = await this.#database
      .updateTable('backup_code')
      .set({ used_at: at })
      .where('person_id', '=', personId)
      .where('hash', '=', hash)
      .where('used_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async unusedBackupCodes(personId: string): Promise<number> {
    const row = await this.#database
      .selectFrom('backup_code')
      .select((on) => on.fn.countAll<number>().as('count'))
      .where('person_id', '=', personId)
      .where('used_at', 'is', null)
      .executeTakeFirstOrThrow()
    return row.count
  }
}
