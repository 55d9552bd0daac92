import { type Selectable, sql } from 'kysely'
import type { SignInMethod } from '../../../domain/access/session.ts'
import type { Mode } from '../../../domain/fax/fax.ts'
import type {
  CeremonyKind,
  InvitationRow,
  MemberRow,
  PasskeyRow,
  PeopleDirectory,
  PersonPatch,
  PersonRow,
  SessionFacts,
  SessionRow,
} from '../../../ports/store/people-store.ts'
import type { Database } from '../connection/connection.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'
import { readInvitation, readMember } from './members.ts'

const GUESS_KEPT_MS = 3_600_000

function readSession(row: Selectable<Tables['session']>): SessionRow {
  return { ...toFields(row), method: row.method as SignInMethod }
}

/** People before it is known to which account they come: every look-up is by a name, a token or a credential of their own. */
export class PostgresPeople implements PeopleDirectory {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async personByEmail(email: string): Promise<PersonRow | undefined> {
    const row = await this.#database
      .selectFrom('person')
      .selectAll()
      .where('email', '=', email)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async person(id: string): Promise<PersonRow | undefined> {
    const row = await this.#database.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toFields(row)
  }

  async insertPerson(person: PersonRow): Promise<void> {
    await this.#database
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
      .execute()
  }

  async updatePerson(id: string, patch: PersonPatch): Promise<void> {
    await this.#database.updateTable('person').set(toColumns(patch)).where('id', '=', id).execute()
  }

  async takeTotpStep(id: string, step: number): Promise<boolean> {
    const result = await this.#database
      .updateTable('person')
      .set({ totp_step: step })
      .where('id', '=', id)
      .where('totp_step', '<', step)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async memberships(personId: string): Promise<MemberRow[]> {
    const rows = await this.#database
      .selectFrom('member')
      .selectAll()
      .where('person_id', '=', personId)
      .where('status', '=', 'active')
      .orderBy('created_at')
      .orderBy('account_id')
      .execute()
    return rows.map(readMember)
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

  async insertSession(session: SessionRow): Promise<void> {
    await this.#database
      .insertInto('session')
      .values({
        id: session.id,
        person_id: session.personId,
        token_hash: session.tokenHash,
        state: session.state,
        method: session.method,
        address: session.address,
        created_at: session.createdAt,
        last_seen_at: session.lastSeenAt,
        second_factor_at: session.secondFactorAt,
      })
      .execute()
  }

  async sessionByToken(tokenHash: Buffer, now: Date): Promise<SessionFacts | undefined> {
    const row = await this.#database
      .selectFrom('session')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst()
    if (!row) return undefined
    const [person, memberships, grants] = await Promise.all([
      this.#database
        .selectFrom('person')
        .select(['id', 'email', 'name', 'status'])
        .where('id', '=', row.person_id)
        .executeTakeFirst(),
      this.memberships(row.person_id),
      this.#database
        .selectFrom('break_glass')
        .select(['id', 'account_id', 'mode', 'expires_at'])
        .where('session_id', '=', row.id)
        .where('expires_at', '>', now)
        .execute(),
    ])
    return person && { session: readSession(row), person, memberships, grants: grants.map(toFields) }
  }

  async sessions(personId: string): Promise<SessionRow[]> {
    const rows = await this.#database
      .selectFrom('session')
      .selectAll()
      .where('person_id', '=', personId)
      .where('ended_at', 'is', null)
      .orderBy('created_at', 'desc')
      .limit(100)
      .execute()
    return rows.map(readSession)
  }

  async touchSession(id: string, at: Date): Promise<void> {
    await this.#database
      .updateTable('session')
      .set({ last_seen_at: sql`greatest(last_seen_at, ${at}::timestamptz)` })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .execute()
  }

  async promoteSession(id: string, tokenHash: Buffer, at: Date): Promise<boolean> {
    const result = await this.#database
      .updateTable('session')
      .set({ state: 'active', token_hash: tokenHash, second_factor_at: at, last_seen_at: at })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async endSession(id: string, personId: string, reason: string, at: Date): Promise<boolean> {
    const result = await this.#database
      .updateTable('session')
      .set({ ended_at: at, end_reason: reason })
      .where('id', '=', id)
      .where('person_id', '=', personId)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async endSessions(personId: string, reason: string, at: Date, exceptId = ''): Promise<number> {
    const result = await this.#database
      .updateTable('session')
      .set({ ended_at: at, end_reason: reason })
      .where('person_id', '=', personId)
      .where('id', '<>', exceptId)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return Number(result.numUpdatedRows)
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

  async beginCeremony(
    hash: Buffer,
    kind: CeremonyKind,
    personId: string | null,
    expiresAt: Date,
  ): Promise<void> {
    await this.#database
      .insertInto('ceremony')
      .values({ hash, kind, person_id: personId, expires_at: expiresAt })
      .execute()
  }

  async takeCeremony(hash: Buffer, kind: CeremonyKind, personId: string | null, now: Date): Promise<boolean> {
    const result = await this.#database
      .deleteFrom('ceremony')
      .where('hash', '=', hash)
      .where('kind', '=', kind)
      .where(sql<boolean>`person_id is not distinct from ${personId}`)
      .where('expires_at', '>', now)
      .executeTakeFirst()
    return result.numDeletedRows > 0n
  }

  async guesses(subject: Buffer, windowMs: number, now: Date): Promise<number> {
    const row = await this.#database
      .selectFrom('guess')
      .select('count')
      .where('subject', '=', subject)
      .where('since', '>', new Date(now.getTime() - windowMs))
      .executeTakeFirst()
    return row?.count ?? 0
  }

  async countGuess(subject: Buffer, windowMs: number, now: Date): Promise<number> {
    const begun = new Date(now.getTime() - windowMs)
    const row = await this.#database
      .insertInto('guess')
      .values({ subject, count: 1, since: now })
      .onConflict((on) =>
        on.column('subject').doUpdateSet({
          count: sql`case when guess.since <= ${begun}::timestamptz then 1 else guess.count + 1 end`,
          since: sql`case when guess.since <= ${begun}::timestamptz then excluded.since else guess.since end`,
        }),
      )
      .returning('count')
      .executeTakeFirstOrThrow()
    return row.count
  }

  async forgiveGuess(subject: Buffer): Promise<void> {
    await this.#database
      .updateTable('guess')
      .set({ count: sql`greatest(count - 1, 0)` })
      .where('subject', '=', subject)
      .execute()
  }

  async forgetGuesses(subject: Buffer): Promise<void> {
    await this.#database.deleteFrom('guess').where('subject', '=', subject).execute()
  }

  async personByIdentity(issuer: string, subject: string): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('federated_identity')
      .select('person_id')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst()
    return row?.person_id
  }

  async linkIdentity(issuer: string, subject: string, personId: string, at: Date): Promise<void> {
    await this.#database
      .insertInto('federated_identity')
      .values({ issuer, subject, person_id: personId, created_at: at })
      .execute()
  }

  async dueBreakGlassNotices(
    now: Date,
    limit: number,
  ): Promise<{ accountId: string; mode: Mode; id: string }[]> {
    const rows = await this.#database
      .selectFrom('break_glass')
      .select(['account_id', 'mode', 'id'])
      .where('notify_at', '<=', now)
      .orderBy('notify_at')
      .limit(limit)
      .execute()
    return rows.map(toFields)
  }

  async deleteStale(now: Date): Promise<void> {
    await this.#database.deleteFrom('ceremony').where('expires_at', '<=', now).execute()
    await this.#database
      .deleteFrom('guess')
      .where('since', '<=', new Date(now.getTime() - GUESS_KEPT_MS))
      .execute()
  }
}
