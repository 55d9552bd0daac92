import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { type ConversationFigures, converse, type PathOptions } from './converse.ts'
import { SpandspEndpoint, type UdptlOptions } from './datagram-endpoint.ts'
import type { SpandspCompletion, SpandspEvent, SpandspStatistics } from './events.ts'
import type { SpandspSetting } from './options.ts'
import { type PageResolution, pageDifferences, pagesToTiff, tiffToPages } from './page-tiff.ts'
import type { SpandspPeer } from './peer.ts'

export interface TestCall extends PathOptions, UdptlOptions {
  readonly pages: readonly Bitmap[]
  readonly resolution?: PageResolution
  readonly both?: SpandspSetting
  readonly caller?: SpandspSetting
  readonly answerer?: SpandspSetting
}

export interface TestCallOutcome extends ConversationFigures {
  readonly caller: SpandspCompletion | undefined
  readonly answerer: SpandspCompletion | undefined
  /** Of each page, as the answerer saw it. */
  readonly pages: readonly SpandspStatistics[]
  readonly differences: readonly string[]
  readonly events: readonly SpandspEvent[]
}

/** A fax between two terminals of libspandsp. */
export function spandspFax(peer: SpandspPeer, test: TestCall): TestCallOutcome {
  const tiff = pagesToTiff(test.pages, test.resolution)
  const caller = peer.call({ ...test.both, ...test.caller, role: 'caller', tiff })
  const answerer = peer.call({ ...test.both, ...test.answerer, role: 'answerer' })
  const figures = converse(new SpandspEndpoint(caller, test), new SpandspEndpoint(answerer, test), test)
  const outcome = {
    ...figures,
    caller: caller.completion,
    answerer: answerer.completion,
    pages: answerer.events.flatMap((event) => (event.kind === 'phase-d' ? [event.statistics] : [])),
    differences: pageDifferences(test.pages, tiffToPages(answerer.receivedTiff())),
    events: answerer.events,
  }
  caller.close()
  answerer.close()
  return outcome
}
