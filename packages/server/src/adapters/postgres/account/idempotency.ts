import type { IdempotencyRepository, IdempotencyRow } from '../../../ports/store/idempotency-store.ts'
import { Repository } from '../connection/repository.ts'

export class PostgresIdempotency extends Repository implements IdempotencyRepository {
  async claim(
    keyHash: Buffer,
    requestHash: Buffer,
    now: Date,
    lockedUntil: Date,
    expiresAt: Date,
  ): Promise<IdempotencyRow | 'claimed'> {
    const claim = {
      request_hash: requestHash,
      state: 'in_flight',
      response_status: null,
      response_sealed: null,
      locked_until: lockedUntil,
      expires_at: expiresAt,
    } as const
    const claimed = await this.database
      .insertInto('idempotency_key')
      .values({
        ...this.owner,
        key_hash: keyHash,
        ...claim,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', 'mode', 'key_hash'])
          .doUpdateSet(claim)
          .where((on) =>
            on.or([
              on('idempotency_key.expires_at', '<=', now),
              // The server that claimed it died before its work was committed: nothing was done under this key.
              on.and([
                on('idempotency_key.state', '=', 'in_flight'),
                on('idempotency_key.locked_until', '<=', now),
                on('idempotency_key.request_hash', '=', requestHash),
              ]),
            ]),
          ),
      )
      .returning('key_hash')
      .executeTakeFirst()
    if (claimed) return 'claimed'
    const row = await this.database
      .selectFrom('idempotency_key')
      .selectAll()
      .where('key_hash', '=', keyHash)
      .executeTakeFirst()
    // Deleted between the two statements: whoever deleted it freed the key, so the caller's claim is tried again.
    if (!row) return this.claim(keyHash, requestHash, now, lockedUntil, expiresAt)
    return {
      keyHash: row.key_hash,
      requestHash: row.request_hash,
      state: row.state,
      responseStatus: row.response_status,
      responseSealed: row.response_sealed,
    }
  }

  async finish(keyHash: Buffer, responseStatus: number, responseSealed: Buffer): Promise<void> {
    await this.database
      .updateTable('idempotency_key')
      .set({ state: 'done', response_status: responseStatus, response_sealed: responseSealed })
      .where('key_hash', '=', keyHash)
      .execute()
  }

  async abandon(keyHash: Buffer): Promise<void> {
    await this.database
      .deleteFrom('idempotency_key')
      .where('key_hash', '=', keyHash)
      .where('state', '=', 'in_flight')
      .execute()
  }
}
