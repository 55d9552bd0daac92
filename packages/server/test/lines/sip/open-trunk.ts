import type { E164 } from '../../../src/domain/numbers/number.ts'
import type { TrunkSettings } from '../../../src/domain/trunks/trunk.ts'
import type { CallTrunk, OpenTrunk, OutboundCall } from '../../../src/ports/line.ts'
import { trunkOf } from '../../support/trunks.ts'
import { testPages } from './engine-pair.ts'

export function openTrunkOf(id: string, settings: Partial<TrunkSettings> = {}): OpenTrunk {
  return { ...trunkOf(id, settings), accountId: 'acc_test', secret: null, updatedAt: new Date(0) }
}

export function callTrunkOf(trunk: OpenTrunk): CallTrunk {
  return {
    ...trunk,
    dialledNumber: '+12025550101',
    callerNumber: '+12025550100',
    learned: { t38Mode: null, ecm: null, bitRate: null },
  }
}

/** A call of so many pages for a trunk. */
export function outboundCall(
  attemptId: string,
  trunk: OpenTrunk,
  pageCount = 1,
): OutboundCall & { trunk: CallTrunk } {
  return {
    attemptId,
    attemptNumber: 1,
    to: '+12025550101' as E164,
    from: '+12025550100' as E164,
    stationId: '+1 202 555 0100',
    pages: testPages(pageCount).map(({ number, width, rows, t6 }) => ({
      number,
      page: { width, rows, resolution: 'fine', kind: 'bilevel', t6 },
    })),
    trunk: callTrunkOf(trunk),
  }
}
