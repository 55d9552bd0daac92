import type { DestinationSlots } from '../../../ports/store/destination-slots.ts'
import type { Found } from '../../../ports/store/scope.ts'
import type { Database } from '../connection/connection.ts'
import { toFound } from '../found.ts'
import { leasePlace, type Places } from '../lease-place.ts'

const PLACES: Places = { table: 'destination_slot', key: 'slot' }

export class PostgresDestinationSlots implements DestinationSlots {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  take(slot: Buffer, faxId: string, places: number, now: Date, until: Date): Promise<boolean> {
    return leasePlace(this.#database, PLACES, { of: slot, faxId, count: places, now, until })
  }

  async renew(slot: Buffer, faxId: string, until: Date): Promise<void> {
    await this.#database
      .updateTable('destination_slot')
      .set({ lease_until: until })
      .where('slot', '=', slot)
      .where('fax_id', '=', faxId)
      .execute()
  }

  async release(slot: Buffer, faxId: string): Promise<Found | undefined> {
    await this.#database
      .deleteFrom('destination_slot')
      .where('slot', '=', slot)
      .where('fax_id', '=', faxId)
      .execute()
    const row = await this.#database
      .selectFrom('fax')
      .select(['id', 'account_id', 'mode'])
      .where('to_slot', '=', slot)
      .where('waiting_since', 'is not', null)
      .orderBy('priority', 'desc')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    return row && toFound(row)
  }
}
