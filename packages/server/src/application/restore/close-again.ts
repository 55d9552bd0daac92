import type { FaxStatus } from '../../domain/fax/fax.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { type Carrier, CarrierRefused } from '../../ports/carrier.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { closeAccount } from '../account/close-account.ts'
import { emptyAccount, windDownAccount } from '../account/wind-down-account.ts'
import { endRestored, RESTORE } from '../attempts/settle-restored.ts'
import { endReception } from '../receiving/receive-fax.ts'
import type { ShownCertificate } from '../retention/certificates.ts'
import type { Services } from '../services.ts'

const NOT_ENDED: readonly FaxStatus[] = ['scheduled', 'queued', 'preparing', 'sending', 'retrying']
const ROWS = 200

/**
 * Closes an account that had been closed after the backup. No carrier is asked: its numbers were given back then, and may be another's by now.
 * @throws Problem `hold.active`, before anything is changed; `account.not_empty`, when nobody has access to it any more
 */
export async function closeAgain(services: Services, accountId: string): Promise<ShownCertificate> {
  const obstacle = await services.store.asSystem((tx) => tx.accounts.obstacle(accountId))
  if (obstacle === 'hold') throw new Problem('hold.active')
  const scopes = (['test', 'live'] as const).map((mode): Scope => ({ accountId, mode }))
  for (const scope of scopes) await endAll(services, scope)
  const quiet = {
    ...services,
    carriers: services.carriers.map(({ name }) => ({ name, open: async () => GONE })),
  }
  await windDownAccount(quiet, accountId)
  await emptyAccount(quiet, accountId)
  return closeAccount(services, { accountId, mode: 'live' }, RESTORE, accountId)
}

async function endAll(services: Services, scope: Scope): Promise<void> {
  for (let afterId: string | undefined; ; ) {
    const after = afterId === undefined ? {} : { afterId }
    const page = await services.store.asAccount(scope, (tx) =>
      tx.faxes.list({ statuses: NOT_ENDED, order: 'oldest', limit: ROWS, ...after }),
    )
    for (const { id } of page) await endRestored(services, scope, id)
    afterId = page.at(-1)?.id
    if (page.length < ROWS) break
  }
  const receptions = await services.store.asSystem((tx) =>
    tx.due.lostReceptions(new Date(services.clock.now()), ROWS),
  )
  for (const { scope: of, id } of receptions) {
    if (of.accountId !== scope.accountId || of.mode !== scope.mode) continue
    await endReception(services, { scope, id }, { disposition: 'worker_lost', dataExchanged: 'unknown' })
  }
}

const refuse = () => Promise.reject(new CarrierRefused('not_held', 'It was given back before the restore.'))
const GONE: Carrier = {
  areas: refuse,
  numbersIn: refuse,
  search: refuse,
  buy: refuse,
  release: refuse,
  list: async () => [],
}
