import { type Selectable, sql } from 'kysely'
import type { E164 } from '../../../domain/numbers/number.ts'
import type { CarrierName, NumberSettings } from '../../../domain/numbers/phone-number.ts'
import type {
  NewNumber,
  NumberListFilter,
  NumberPatch,
  NumberRepository,
  NumberRow,
} from '../../../ports/store/number-store.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'
import { readCarrierRef, writeCarrierRef } from './number-orders.ts'

/** A statement takes 65,535 parameters, and a number has eleven. */
const ROWS_OF_INSERT = 1000

function readNumber(row: Selectable<Tables['phone_number']>): NumberRow {
  return {
    ...toFields(row),
    ...readCarrierRef(row.carrier_ref),
    number: row.number as E164,
    settings: row.settings as unknown as NumberSettings,
  }
}

export class PostgresNumbers extends Repository implements NumberRepository {
  async insert(number: NewNumber): Promise<NumberRow | undefined> {
    const row = await this.#inserting([number]).returningAll().executeTakeFirst()
    return row && readNumber(row)
  }

  async insertMany(numbers: readonly NewNumber[]): Promise<number> {
    let written = 0
    for (let start = 0; start < numbers.length; start += ROWS_OF_INSERT) {
      const part = numbers.slice(start, start + ROWS_OF_INSERT)
      written += (await this.#inserting(part).returning('id').execute()).length
    }
    return written
  }

  #inserting(numbers: readonly NewNumber[]) {
    return this.database
      .insertInto('phone_number')
      .values(
        numbers.map((number) => ({
          ...this.owner,
          id: number.id,
          number: number.number,
          carrier: number.carrier,
          carrier_ref: writeCarrierRef(number.carrierRef, number.ordering),
          trunk_id: number.trunkId,
          mailbox_id: number.mailboxId,
          settings: JSON.stringify(number.settings),
          created_at: number.createdAt,
          updated_at: number.updatedAt,
          released_at: null,
        })),
      )
      .onConflict((on) =>
        on.columns(['account_id', 'mode', 'number']).where('released_at', 'is', null).doNothing(),
      )
  }

  async get(id: string): Promise<NumberRow | undefined> {
    const row = await this.#all().where('id', '=', id).executeTakeFirst()
    return row && readNumber(row)
  }

  async lock(id: string): Promise<NumberRow | undefined> {
    const row = await this.#all().where('id', '=', id).forUpdate().executeTakeFirst()
    return row && readNumber(row)
  }

  async find(number: string): Promise<NumberRow | undefined> {
    const row = await this.#owned().where('number', '=', number).executeTakeFirst()
    return row && readNumber(row)
  }

  async ownedAmong(numbers: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#owned()
      .where('number', '=', sql<string>`any(${[...numbers]})`)
      .execute()
    return new Set(rows.map(({ number }) => number))
  }

  async findByNumberId(numberId: number): Promise<NumberRow | undefined> {
    const row = await this.#all().where('number_id', '=', numberId).executeTakeFirst()
    return row && readNumber(row)
  }

  async list(filter: NumberListFilter): Promise<NumberRow[]> {
    let query = filter.released ? this.#all().where(NOT_ORDERED_IN_VAIN) : this.#owned()
    if (filter.afterId !== undefined) query = query.where('id', '<', filter.afterId)
    return (await query.orderBy('id', 'desc').limit(filter.limit).execute()).map(readNumber)
  }

  async count(): Promise<number> {
    const { owned } = await this.database
      .selectFrom('phone_number')
      .select((build) => build.fn.countAll<number>().as('owned'))
      .where('released_at', 'is', null)
      .executeTakeFirstOrThrow()
    return Number(owned)
  }

  async ofCarrier(carrier: CarrierName): Promise<NumberRow[]> {
    return (await this.#owned().where('carrier', '=', carrier).execute()).map(readNumber)
  }

  async update(id: string, patch: NumberPatch): Promise<NumberRow | undefined> {
    const { settings, carrierRef, ordering, ...columns } = patch
    const row = await this.database
      .updateTable('phone_number')
      .set({
        ...toColumns(columns),
        ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
        ...(carrierRef === undefined && ordering === undefined
          ? {}
          : { carrier_ref: writeCarrierRef(carrierRef, ordering) }),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && readNumber(row)
  }

  async updateMany(ids: readonly string[], patch: Omit<NumberPatch, 'settings' | 'carrierRef' | 'ordering'>) {
    if (ids.length === 0) return
    await this.database
      .updateTable('phone_number')
      .set(toColumns(patch))
      .where('id', '=', sql<string>`any(${[...ids]})`)
      .execute()
  }

  #all() {
    return this.database.selectFrom('phone_number').selectAll()
  }

  #owned() {
    return this.#all().where('released_at', 'is', null)
  }
}

/** Where the carrier refused it after the row was written, it never was the account's. */
const NOT_ORDERED_IN_VAIN = sql<boolean>`(released_at is null or carrier_ref -> 'ordering' is null)`
