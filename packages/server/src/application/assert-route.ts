import type { E164 } from '../domain/number.ts'
import { Problem } from '../domain/problem.ts'
import { faultOf, servesBy } from '../domain/trunk.ts'
import type { Tx } from '../ports/store.ts'
import type { Services } from './services.ts'

/**
 * Refuses a fax that no trunk could carry as things stand; nothing to check on lines without trunks.
 * @throws Problem `trunk.not_acknowledged` when that alone is missing; `destination.not_allowed`
 */
export async function assertRoute(services: Services, tx: Tx, to: E164): Promise<void> {
  const line = services.lines.find((each) => each.modes.includes(tx.scope.mode))
  if (!line?.usesTrunks) return
  const trunks = await tx.trunks.list()
  const faults = trunks
    .filter(({ settings }) => servesBy(settings, to) !== undefined)
    .map((trunk) => faultOf(trunk))
  if (faults.includes(undefined)) return
  if (faults.includes('not_acknowledged')) throw new Problem('trunk.not_acknowledged', { field: 'to' })
  const detail =
    trunks.length === 0
      ? 'The account has no trunk: add one with POST /v2/trunks or "answerback trunk add".'
      : 'No trunk that is enabled serves that number.'
  throw new Problem('destination.not_allowed', { field: 'to', detail })
}
