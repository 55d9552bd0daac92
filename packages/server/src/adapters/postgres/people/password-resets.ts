import type { PasswordResets } from '../../../ports/store/credential-store.ts'
import type { PersonRow } from '../../../ports/store/people-store.ts'
import type { Database } from '../connection/connection.ts'
import { toFields } from '../schema/casing.ts'

/** Reached by its token alone: whoever forgot their password is nobody yet. */
export class PostgresPasswordResets implements PasswordResets {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async keep(personId: string, tokenHash: Buffer, expiresAt: Date): Promise<void> {
    const reset = { token_hash: tokenHash, expires_at: expiresAt }
    await this.#database
      .insertInto('password_reset')
      .values({ person_id: personId, ...reset })
      .onConflict((on) => on.column('person_id').doUpdateSet(reset))
      .execute()
  }

  async personOf(tokenHash: Buffer, now: Date): Promise<PersonRow | undefined> {
    const row = await this.#database
      .selectFrom('person')
      .innerJoin('password_reset', 'password_reset.person_id', 'person.id')
      .selectAll('person')
      .where('password_reset.token_hash', '=', tokenHash)
      .where('password_reset.expires_at', '>', now)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async take(tokenHash: Buffer, now: Date): Promise<boolean> {
    const result = await this.#database
      .deleteFrom('password_reset')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', now)
      .executeTakeFirst()
    return result.numDeletedRows > 0n
  }
}
