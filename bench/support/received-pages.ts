import type { CodedPage } from '@answerback/imaging/page'
import { Answerer } from '@answerback/protocol/t30/answerer/answerer'
import { DEFAULT_COPY_QUALITY } from '@answerback/protocol/t30/copy-quality'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import { Attendant } from '../../packages/simulator/src/attendant.ts'
import { callIn, plainNearEnd } from '../../packages/simulator/src/dial.ts'
import { GOOD_MACHINE, LOSS_5 } from '../../packages/simulator/src/machines/answering.ts'
import { GOOD_CALLER } from '../../packages/simulator/src/machines/calling.ts'

/** The pages as they arrive after a T.30 call over a network that loses 5 % of the packets. Throws when one does not. */
export function receivedPages(pages: readonly CodedPage[], seed: number): CodedPage[] {
  const attendant = new Attendant({ storeMs: 0 })
  const machine = new Answerer({
    stationId: 'ZEBRA',
    capabilities: GOOD_MACHINE.capabilities,
    cedMs: 2_600,
    copyQuality: DEFAULT_COPY_QUALITY,
    timers: DEFAULT_TIMERS,
  })
  const { running } = callIn(
    { ...GOOD_CALLER, path: LOSS_5.path },
    pages.map(({ width, rows, resolution, t6 }, index) => ({
      number: index + 1,
      width,
      rows,
      resolution,
      t6,
    })),
    { ...plainNearEnd(machine), attend: attendant.attend },
    { seed },
  )
  running.call.run()
  if (attendant.committed.length !== pages.length) throw new Error('pages did not arrive')
  return attendant.committed.map(({ width, rows, t6 }, index) => ({ ...pages[index]!, width, rows, t6 }))
}
