import { type Selectable, sql } from 'kysely'
import type { E164 } from '../../domain/number.ts'
import type { NumberSettings } from '../../domain/phone-number.ts'
import type {
  NewNumber,
  NumberListFilter,
  NumberPatch,
  NumberRepository,
  NumberRow,
} from '../../ports/number-store.ts'
import { toColumns, toFields } from './casing.ts'
import { Repository } from './repository.ts'
import type { Tables } from './tables.ts'

function readNumber(row: Selectable<Tables['phone_number']>): NumberRow {
  return {
    ...toFields(row),
    number: row.number as E164,
    settings: row.settings as unknown as NumberSettings,
  }
}

export class PostgresNumbers extends Repository implements NumberRepository {
  async insert({ settings, carrierRef, ...number }: NewNumber): Promise<NumberRow | undefined> {
    const row = await this.database
      .insertInto('phone_number')
      .values({
        ...this.owner,
        id: number.id,
        number: number.number,
        carrier: number.carrier,
        carrier_ref: carrierRef && JSON.stringify(carrierRef),
        trunk_id: number.trunkId,
        mailbox_id: number.mailboxId,
        settings: JSON.stringify(settings),
        created_at: number.createdAt,
        updated_at: number.updatedAt,
        released_at: null,
      })
      .onConflict((on) =>
        on.columns(['account_id', 'mode', 'number']).where('released_at', 'is', null).doNothing(),
      )
      .returningAll()
      .executeTakeFirst()
    return row && readNumber(row)
  }

  async get(id: string): Promise<NumberRow | undefined> {
    const row = await this.database
      .selectFrom('phone_number')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && readNumber(row)
  }

  async find(number: string): Promise<NumberRow | undefined> {
    const row = await this.database
      .selectFrom('phone_number')
      .selectAll()
      .where('number', '=', number)
      .where('released_at', 'is', null)
      .executeTakeFirst()
    return row && readNumber(row)
  }

  async findByNumberId(numberId: number): Promise<NumberRow | undefined> {
    const row = await this.database
      .selectFrom('phone_number')
      .selectAll()
      .where('number_id', '=', numberId)
      .executeTakeFirst()
    return row && readNumber(row)
  }

  async list(filter: NumberListFilter): Promise<NumberRow[]> {
    let query = this.database.selectFrom('phone_number').selectAll().orderBy('id', 'desc').limit(filter.limit)
    if (!filter.released) query = query.where('released_at', 'is', null)
    if (filter.afterId !== undefined) query = query.where('id', '<', filter.afterId)
    return (await query.execute()).map(readNumber)
  }

  async update(id: string, patch: NumberPatch): Promise<NumberRow | undefined> {
    const { settings, carrierRef, ...columns } = patch
    const row = await this.database
      .updateTable('phone_number')
      .set({
        ...toColumns(columns),
        ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
        ...(carrierRef === undefined
          ? {}
          : { carrier_ref: carrierRef === null ? sql`null` : JSON.stringify(carrierRef) }),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && readNumber(row)
  }
}
