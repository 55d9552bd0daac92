import type { Selectable } from 'kysely'
import type {
  AgreementRow,
  AssociatePatch,
  AssociateRepository,
  AssociateRow,
  NewAssociate,
} from '../../../ports/store/associate-store.ts'
import { Repository } from '../connection/repository.ts'
import type { AssociateTables } from '../schema/associate-tables.ts'
import { toColumns, toFields } from '../schema/casing.ts'

type Row = Selectable<AssociateTables['associate']>

export class PostgresAssociates extends Repository implements AssociateRepository {
  async insert(associate: NewAssociate): Promise<void> {
    const { ties, exception, id, name, kind, contact } = associate
    await this.database
      .insertInto('associate')
      .values({
        ...this.owner,
        ...{ id, name, kind, contact },
        ...tieColumns(ties),
        ...exceptionColumns(exception),
        exception_reason_sealed: associate.exceptionReasonSealed,
        next_look_at: associate.nextLookAt,
        created_at: associate.createdAt,
        updated_at: associate.updatedAt,
      })
      .execute()
  }

  async get(id: string): Promise<AssociateRow | undefined> {
    const row = await this.#all().where('id', '=', id).executeTakeFirst()
    return row && (await this.#withAgreements([row]))[0]
  }

  async lock(id: string): Promise<AssociateRow | undefined> {
    const row = await this.#all().where('id', '=', id).forUpdate().executeTakeFirst()
    return row && (await this.#withAgreements([row]))[0]
  }

  async list(): Promise<AssociateRow[]> {
    return this.#withAgreements(await this.#all().orderBy('id').execute())
  }

  async update(id: string, patch: AssociatePatch): Promise<void> {
    const { ties, exception, ...columns } = patch
    await this.database
      .updateTable('associate')
      .set({
        ...toColumns(columns),
        ...(ties === undefined ? {} : tieColumns(ties)),
        ...(exception === undefined ? {} : exceptionColumns(exception)),
      })
      .where('id', '=', id)
      .execute()
  }

  async addAgreement(associateId: string, agreement: AgreementRow): Promise<void> {
    await this.database
      .insertInto('associate_agreement')
      .values({
        ...this.account,
        id: agreement.id,
        associate_id: associateId,
        signed_on: agreement.signedOn,
        effective_on: agreement.effectiveOn,
        expires_on: agreement.expiresOn,
        clauses: JSON.stringify(agreement.clauses),
        document_id: agreement.documentId,
        notes_sealed: agreement.notesSealed,
        created_at: agreement.createdAt,
        created_by: agreement.createdBy,
      })
      .execute()
  }

  async #withAgreements(rows: readonly Row[]): Promise<AssociateRow[]> {
    if (rows.length === 0) return []
    const agreements = await this.database
      .selectFrom('associate_agreement')
      .selectAll()
      .where(
        'associate_id',
        'in',
        rows.map(({ id }) => id),
      )
      .orderBy('id')
      .execute()
    return rows.map((row) =>
      readAssociate(row, agreements.filter((each) => each.associate_id === row.id).map(readAgreement)),
    )
  }

  #all() {
    return this.database.selectFrom('associate').selectAll()
  }
}

function readAssociate(row: Row, agreements: readonly AgreementRow[]): AssociateRow {
  const { exception_until: until, exception_at: at, exception_by: by } = row
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    contact: row.contact,
    ties: {
      trunkIds: row.trunk_ids,
      providerIds: row.provider_ids,
      webhookHosts: row.webhook_hosts,
      systems: row.systems,
    },
    agreements,
    exception: until !== null && at !== null && by !== null ? { until, at, by } : null,
    exceptionReasonSealed: row.exception_reason_sealed,
    told: row.told,
    nextLookAt: row.next_look_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  }
}

function readAgreement(row: Selectable<AssociateTables['associate_agreement']>): AgreementRow {
  const { accountId: _account, associateId: _associate, ...agreement } = toFields(row)
  return agreement
}

function tieColumns(ties: AssociateRow['ties']) {
  return {
    trunk_ids: [...ties.trunkIds],
    provider_ids: [...ties.providerIds],
    webhook_hosts: [...ties.webhookHosts],
    systems: [...ties.systems],
  }
}

function exceptionColumns(exception: AssociateRow['exception']) {
  return {
    exception_until: exception?.until ?? null,
    exception_at: exception?.at ?? null,
    exception_by: exception?.by ?? null,
  }
}
