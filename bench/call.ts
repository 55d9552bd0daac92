import { fileURLToPath } from 'node:url'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { pagesToTiff } from '../tests/peers/spandsp/page-tiff.ts'
import { SpandspPeer } from '../tests/peers/spandsp/peer.ts'
import type { BenchRow } from './row.ts'
import { callFloorSeconds } from './support/call-floor.ts'
import { faxPages } from './support/fax-page.ts'
import { measureOurFax } from './support/our-fax.ts'
import { printTable } from './support/print-table.ts'
import { measureSpandspFax } from './support/spandsp-fax.ts'

const COMMAND = 'node bench/call.ts [--page FILE.tif]'
/** The shortest call for ITU-T chart 1 by T.30's own timings, one page with TSI and CSI; other pages have their own. */
const OVER_FLOOR_MAX = 1.05
const CPU_RATIO_MAX = 4

/** How long a fax takes between two of our terminals and between two of libspandsp's, against the shortest call, and its CPU. */
export async function run(): Promise<BenchRow[]> {
  const { name, pages } = faxPages()
  using peer = new SpandspPeer()
  const theirs = measureSpandspFax(peer, pagesToTiff(pages), pages.length)
  const ours = measureOurFax(pages)
  const floorSeconds = callFloorSeconds(pages.map((page) => encodeT6(page)))
  const overFloor = ours.callSeconds / floorSeconds
  const cpuRatio = ours.cpuMsPerPage / theirs.cpuMsPerPage
  return [
    {
      figure: `${name}, ECM, MMR, 14,400 bit/s: call time over the floor of ${floorSeconds.toFixed(2)} s`,
      ours: `${ours.callSeconds.toFixed(2)} s`,
      peer: `spandsp ${theirs.callSeconds.toFixed(2)} s (${(theirs.callSeconds / floorSeconds).toFixed(3)})`,
      ratio: overFloor,
      bar: `≤ ${OVER_FLOOR_MAX}`,
      met: overFloor <= OVER_FLOOR_MAX,
      command: COMMAND,
    },
    {
      figure: `${name}, CPU a page, both ends`,
      ours: `${ours.cpuMsPerPage.toFixed(2)} ms`,
      peer: `spandsp ${theirs.cpuMsPerPage.toFixed(2)} ms`,
      ratio: cpuRatio,
      bar: `≤ ${CPU_RATIO_MAX}`,
      met: cpuRatio <= CPU_RATIO_MAX,
      command: COMMAND,
    },
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await run())
