import { fileURLToPath } from 'node:url'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { pagesToTiff } from '../tests/peers/spandsp/page-tiff.ts'
import { SpandspPeer } from '../tests/peers/spandsp/peer.ts'
import type { BenchRow } from './row.ts'
import { callFloorSeconds } from './support/call-floor.ts'
import { faxPages } from './support/fax-page.ts'
import { printTable } from './support/print-table.ts'
import { measureSpandspFax } from './support/spandsp-fax.ts'

const COMMAND = 'node bench/spandsp-call.ts [--page FILE.tif]'

/** How long a fax between two terminals of libspandsp takes, against the shortest call T.30 allows, and its CPU. */
export async function run(): Promise<BenchRow[]> {
  const { name, pages } = faxPages()
  using peer = new SpandspPeer()
  const { callSeconds, cpuMsPerPage } = measureSpandspFax(peer, pagesToTiff(pages), pages.length)
  const floorSeconds = callFloorSeconds(pages.map((page) => encodeT6(page)))
  const baseline = { bar: '-', met: true, command: COMMAND }
  return [
    {
      ...baseline,
      figure: `fax of ${name}, ECM, MMR, 14,400 bit/s, call time`,
      ours: `floor ${floorSeconds.toFixed(2)} s`,
      peer: `spandsp ${callSeconds.toFixed(2)} s`,
      ratio: callSeconds / floorSeconds,
    },
    {
      ...baseline,
      figure: `fax of ${name}, both ends, CPU`,
      ours: '-',
      peer: `spandsp ${cpuMsPerPage.toFixed(2)} ms/page`,
      ratio: Number.NaN,
    },
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await run())
