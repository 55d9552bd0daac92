import type { ReceivedPage as LineReceivedPage } from '@answerback/protocol/t30/received-page'
import type { PageQuality } from '../../domain/fax/received-fax.ts'
import type { ReceivedPage } from '../../ports/inbound-calls.ts'

/** A page with more than this share of bad rows is one that a person should look at. */
const POOR_SHARE = 0.02

/** A page as the line read it, as it is kept. */
export function keptPage(page: LineReceivedPage): ReceivedPage {
  const { number, width, rows, t6, damage } = page
  // No other resolution is offered: `InboundCalls` names those it can keep.
  const resolution = page.resolution as ReceivedPage['resolution']
  return { number, width, rows, resolution, t6, badRows: damage.badRows, quality: qualityOf(page) }
}

/** What was lost on the way is never called clean. */
function qualityOf({ rows, damage }: LineReceivedPage): PageQuality {
  if (damage.isTruncated || damage.badRows > rows * POOR_SHARE) return 'poor'
  return damage.badRows > 0 || damage.gaps > 0 ? 'usable' : 'clean'
}
