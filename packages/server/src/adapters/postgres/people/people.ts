import type {
  InvitationRow,
  MemberRow,
  PeopleDirectory,
  PersonPatch,
  PersonRow,
} from '../../../ports/store/people-store.ts'
import type { Database } from '../connection/connection.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import { membershipsOf, readInvitation } from './members.ts'

/** People before it is known to which account they come: every look-up is by a name, a token or a credential of their own. */
export class PostgresPeople implements PeopleDirectory {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async get(id: string): Promise<PersonRow | undefined> {
    const row = await this.#database.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toFields(row)
  }

  async byEmail(email: string): Promise<PersonRow | undefined> {
    const row = await this.#database
      .selectFrom('person')
      .selectAll()
      .where('email', '=', email)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async byIdentity(issuer: string, subject: string): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('federated_identity')
      .select('person_id')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst()
    return row?.person_id
  }

  async insert(person: PersonRow): Promise<boolean> {
    const result = await this.#database
      .insertInto('person')
      .values({
        id: person.id,
        email: person.email,
        name: person.name,
        status: person.status,
        password_hash: person.passwordHash,
        totp_wrapped: person.totpWrapped,
        totp_confirmed_at: person.totpConfirmedAt,
        totp_step: person.totpStep,
        created_at: person.createdAt,
        disabled_at: person.disabledAt,
      })
      .onConflict((on) => on.column('email').doNothing())
      .executeTakeFirst()
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
  }

  async hold(id: string): Promise<PersonRow | undefined> {
    const row = await this.#database
      .selectFrom('person')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    return row && toFields(row)
  }

  async update(id: string, patch: PersonPatch): Promise<void> {
    await this.#database.updateTable('person').set(toColumns(patch)).where('id', '=', id).execute()
    if (patch.passwordHash === undefined && patch.status === undefined) return
    await this.#database.deleteFrom('password_reset').where('person_id', '=', id).execute()
  }

  async linkIdentity(issuer: string, subject: string, personId: string, at: Date): Promise<void> {
    await this.#database
      .insertInto('federated_identity')
      .values({ issuer, subject, person_id: personId, created_at: at })
      .execute()
  }

  async unlinkIdentities(personId: string): Promise<void> {
    await this.#database.deleteFrom('federated_identity').where('person_id', '=', personId).execute()
  }

  memberships(personId: string): Promise<MemberRow[]> {
    return membershipsOf(this.#database, personId)
  }

  async invitationByToken(tokenHash: Buffer): Promise<InvitationRow | undefined> {
    const row = await this.#database
      .selectFrom('invitation')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst()
    return row && readInvitation(row)
  }

  async openInvitationOf(email: string, now: Date): Promise<InvitationRow | undefined> {
    const row = await this.#database
      .selectFrom('invitation')
      .selectAll()
      .where('email', '=', email)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row && readInvitation(row)
  }
}
