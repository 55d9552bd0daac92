import { type Selectable, sql } from 'kysely'
import type { Role } from '../../../domain/access/roles.ts'
import type {
  ActiveOwner,
  InvitationRow,
  MemberDetails,
  MemberPatch,
  MemberRepository,
  MemberRow,
} from '../../../ports/store/people-store.ts'
import type { Database } from '../connection/connection.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

function readMember(row: Selectable<Tables['member']>): MemberRow {
  return { ...toFields(row), role: row.role as Role }
}

export function readInvitation(row: Selectable<Tables['invitation']>): InvitationRow {
  return { ...toFields(row), role: row.role as Role }
}

/** What a member may be told by is held to the account by the tenancy fence; sessions and persons are reached through a member alone. */
/** Active memberships of a person in all accounts, the oldest first. */
export async function membershipsOf(database: Database, personId: string): Promise<MemberRow[]> {
  const rows = await database
    .selectFrom('member')
    .selectAll()
    .where('person_id', '=', personId)
    .where('status', '=', 'active')
    .orderBy('created_at')
    .orderBy('account_id')
    .execute()
  return rows.map(readMember)
}

export class PostgresMembers extends Repository implements MemberRepository {
  async list(): Promise<MemberDetails[]> {
    const rows = await this.database
      .selectFrom('member')
      .innerJoin('person', 'person.id', 'member.person_id')
      .selectAll('member')
      .select(['person.email', 'person.name', 'person.status as person_status'])
      .select(sql<boolean>`person.totp_confirmed_at is not null`.as('has_totp'))
      .select((on) => [
        on
          .selectFrom('passkey')
          .whereRef('passkey.person_id', '=', 'person.id')
          .select((each) => each.fn.countAll<number>().as('count'))
          .$asScalar()
          .$notNull()
          .as('passkey_count'),
        on
          .selectFrom('session')
          .whereRef('session.person_id', '=', 'person.id')
          .select((each) => each.fn.max('last_seen_at').as('at'))
          .$asScalar()
          .as('last_seen_at'),
      ])
      .orderBy('member.created_at')
      .orderBy('member.person_id')
      .execute()
    return rows.map((row) => ({ ...toFields(row), role: row.role as Role }))
  }

  async get(personId: string): Promise<MemberRow | undefined> {
    const row = await this.database
      .selectFrom('member')
      .selectAll()
      .where('person_id', '=', personId)
      .executeTakeFirst()
    return row && readMember(row)
  }

  async lockOwners(): Promise<MemberRow[]> {
    const rows = await this.database
      .selectFrom('member')
      .selectAll()
      .where('role', '=', 'owner')
      .where('status', '=', 'active')
      .orderBy('person_id')
      .forUpdate()
      .execute()
    return rows.map(readMember)
  }

  async insert(member: MemberRow): Promise<void> {
    await this.database
      .insertInto('member')
      .values({
        ...this.account,
        person_id: member.personId,
        role: member.role,
        departments: member.departments && [...member.departments],
        modes: [...member.modes],
        status: member.status,
        created_at: member.createdAt,
        changed_at: member.changedAt,
      })
      .onConflict((on) =>
        on.columns(['account_id', 'person_id']).doUpdateSet({
          role: member.role,
          departments: member.departments && [...member.departments],
          modes: [...member.modes],
          status: member.status,
          changed_at: member.changedAt,
        }),
      )
      .execute()
  }

  async update(personId: string, patch: MemberPatch, at: Date): Promise<MemberRow | undefined> {
    const row = await this.database
      .updateTable('member')
      .set({ ...toColumns(patch), changed_at: at })
      .where('person_id', '=', personId)
      .returningAll()
      .executeTakeFirst()
    return row && readMember(row)
  }

  async endSessions(personId: string, reason: string, at: Date): Promise<number> {
    const result = await this.database
      .updateTable('session')
      .set({ ended_at: at, end_reason: reason })
      .where('person_id', '=', personId)
      .where('ended_at', 'is', null)
      .where((on) => on.exists(on.selectFrom('member').select('role').where('person_id', '=', personId)))
      .executeTakeFirst()
    return Number(result.numUpdatedRows)
  }

  async insertInvitation(invitation: InvitationRow): Promise<void> {
    const { id, email, role, departments, modes, tokenHash, invitedBy, createdAt, expiresAt } = invitation
    await this.database
      .insertInto('invitation')
      .values({
        ...this.account,
        ...{ id, email, role, token_hash: tokenHash, invited_by: invitedBy },
        departments: departments && [...departments],
        modes: [...modes],
        created_at: createdAt,
        expires_at: expiresAt,
      })
      .execute()
  }

  async openInvitations(now: Date): Promise<InvitationRow[]> {
    const rows = await this.database
      .selectFrom('invitation')
      .selectAll()
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .orderBy('id', 'desc')
      .execute()
    return rows.map(readInvitation)
  }

  revokeInvitation(id: string, at: Date): Promise<boolean> {
    return this.#close(id, { revoked_at: at })
  }

  acceptInvitation(id: string, at: Date): Promise<boolean> {
    return this.#close(id, { accepted_at: at })
  }

  async #close(id: string, end: { revoked_at: Date } | { accepted_at: Date }): Promise<boolean> {
    const result = await this.database
      .updateTable('invitation')
      .set(end)
      .where('id', '=', id)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async activeOwners(): Promise<ActiveOwner[]> {
    const rows = await this.database
      .selectFrom('member')
      .innerJoin('person', 'person.id', 'member.person_id')
      .select(['person.id', 'person.email'])
      .where('member.role', '=', 'owner')
      .where('member.status', '=', 'active')
      .where('person.status', '=', 'active')
      .orderBy('person.email')
      .execute()
    return rows.map((row) => ({ personId: row.id, email: row.email }))
  }
}
