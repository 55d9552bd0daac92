import type {
  CertificateDirectory,
  CertificateRepository,
  CertificateRow,
} from '../../../ports/store/certificate-store.ts'
import type { Database } from '../connection/connection.ts'
import { Repository } from '../connection/repository.ts'
import { toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

const CERTIFICATE_COLUMNS = [
  'id',
  'made_at',
  'reason',
  'fax_count',
  'document_count',
  'note',
] as const satisfies readonly (keyof Tables['destruction_certificate'])[]

export class PostgresCertificates extends Repository implements CertificateRepository {
  async insert(certificate: CertificateRow): Promise<void> {
    await this.database
      .insertInto('destruction_certificate')
      .values({
        ...this.owner,
        id: certificate.id,
        made_at: certificate.madeAt,
        reason: certificate.reason,
        fax_count: certificate.faxCount,
        document_count: certificate.documentCount,
        note: certificate.note,
      })
      .execute()
  }

  async get(id: string): Promise<CertificateRow | undefined> {
    const row = await this.database
      .selectFrom('destruction_certificate')
      .select(CERTIFICATE_COLUMNS)
      .where('id', '=', id)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async list(afterId: string | undefined, limit: number): Promise<CertificateRow[]> {
    let query = this.database
      .selectFrom('destruction_certificate')
      .select(CERTIFICATE_COLUMNS)
      .orderBy('id', 'desc')
      .limit(limit)
    if (afterId !== undefined) query = query.where('id', '<', afterId)
    return (await query.execute()).map(toFields)
  }
}

export class PostgresCertificateDirectory implements CertificateDirectory {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async after(id: string, limit: number): Promise<Pick<CertificateRow, 'id' | 'madeAt' | 'note'>[]> {
    const rows = await this.#database
      .selectFrom('destruction_certificate')
      .select(['id', 'made_at', 'note'])
      .where('id', '>', id)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(toFields)
  }

  async newestIds(before: Date, limit: number): Promise<string[]> {
    const rows = await this.#database
      .selectFrom('destruction_certificate')
      .select('id')
      .where('made_at', '<', before)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ id }) => id)
  }
}
