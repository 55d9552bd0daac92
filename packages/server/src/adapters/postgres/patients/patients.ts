import type { PapersRow, PatientRepository } from '../../../ports/store/patient-store.ts'
import type { ReceivedFaxRow } from '../../../ports/store/received-store.ts'
import { Repository } from '../connection/repository.ts'
import { RECEIVED_COLUMNS, readReceived } from '../inbox/received-row.ts'
import { toFields } from '../schema/casing.ts'

export class PostgresPatients extends Repository implements PatientRepository {
  async faxesOf(patientHash: Buffer): Promise<string[]> {
    const ids: string[] = []
    for (const table of ['received_fax', 'fax'] as const) {
      const rows = await this.database
        .selectFrom(table)
        .select('id')
        .where('patient_hash', '=', patientHash)
        .where('shredded_at', 'is', null)
        .orderBy('id')
        .execute()
      ids.push(...rows.map(({ id }) => id))
    }
    return ids
  }

  async papersOf(ids: readonly string[]): Promise<PapersRow[]> {
    if (ids.length === 0) return []
    const sent = await this.database
      .selectFrom('fax')
      .select(['id', 'patient_sealed', 'purpose'])
      .where('id', 'in', ids)
      .execute()
    const received = await this.database
      .selectFrom('received_fax')
      .select(['id', 'patient_sealed'])
      .where('id', 'in', ids)
      .execute()
    return [
      ...sent.map((row) => ({ ...toFields(row), direction: 'sent' as const })),
      ...received.map((row) => ({ ...toFields(row), direction: 'received' as const, purpose: null })),
    ]
  }

  async lockUnhashed(limit: number): Promise<ReceivedFaxRow[]> {
    const rows = await this.database
      .selectFrom('received_fax')
      .select(RECEIVED_COLUMNS)
      .where('patient_sealed', 'is not', null)
      .where('patient_hash', 'is', null)
      .orderBy('id')
      .limit(limit)
      .forUpdate()
      .execute()
    return rows.map(readReceived)
  }
}
