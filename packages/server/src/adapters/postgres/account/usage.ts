import { sql } from 'kysely'
import { idFloor } from '../../../domain/id-time.ts'
import type { QuotaName, Usage } from '../../../domain/quota.ts'
import type { UsageRepository } from '../../../ports/store/limit-store.ts'
import { Repository } from '../connection/repository.ts'

const HOUR_MS = 3_600_000
const MIB = 1_048_576

interface Counted {
  readonly faxes: number
  readonly pages: number
  readonly upload_bytes: number
  readonly new_numbers: number
  readonly is_known: boolean
}

/** Counted from the rows themselves, by the index of the list of faxes: nothing to keep in step, and no counter to wait for. */
export class PostgresUsage extends Repository implements UsageRepository {
  async read(
    now: Date,
    names: readonly QuotaName[],
    toHash?: Buffer,
  ): Promise<Usage & { readonly isKnownNumber: boolean }> {
    const { account_id: account, mode } = this.owner
    const since = new Date(now.getTime() - 24 * HOUR_MS)
    const day = idFloor('fax', since.getTime())
    const hour = idFloor('fax', now.getTime() - HOUR_MS)
    const asks = (name: QuotaName) => sql`${names.includes(name)}::boolean`
    // A count that nobody asks for is not run: PostgreSQL evaluates a sub-select that stands by itself when its value is needed.
    const { rows } = await sql<Counted>`
      select
        case when ${asks('faxesPerDay')} then (select count(*) from fax
          where account_id = ${account} and mode = ${mode} and id >= ${day}) else 0 end as faxes,
        case when ${asks('pagesPerDay')} then (select coalesce(sum(page_count), 0) from fax
          where account_id = ${account} and mode = ${mode} and id >= ${day}) else 0 end as pages,
        case when ${asks('uploadMegabytesPerDay')} then (select coalesce(sum(byte_count), 0)::bigint from document
          where account_id = ${account} and mode = ${mode} and purpose = 'source' and created_at >= ${since})
          else 0 end as upload_bytes,
        case when ${asks('newNumbersPerHour')} then (select count(distinct to_hash) from fax lately
          where account_id = ${account} and mode = ${mode} and id >= ${hour} and not exists (
            select from fax earlier where earlier.account_id = ${account} and earlier.mode = ${mode}
              and earlier.to_hash = lately.to_hash and earlier.id < ${hour})) else 0 end as new_numbers,
        exists (select from fax where account_id = ${account} and mode = ${mode} and to_hash = ${toHash ?? null}) as is_known
    `.execute(this.database)
    const counted = rows[0]!
    return {
      faxesPerDay: counted.faxes,
      pagesPerDay: counted.pages,
      newNumbersPerHour: counted.new_numbers,
      uploadMegabytesPerDay: counted.upload_bytes / MIB,
      isKnownNumber: counted.is_known,
    }
  }
}
