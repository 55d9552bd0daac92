/** Draws the file named on the command line through a pool and prints how that ended and what it took. */
import { readFileSync } from 'node:fs'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import { RasterPool } from '@answerback/imaging/raster/pool'
import { renderFax } from '@answerback/imaging/render-fax'

const pool = new RasterPool({ workers: 1 })
await pool.ready()
const documents = [{ bytes: readFileSync(process.argv[2]!) }]
const started = performance.now()
let outcome = 'drawn'
try {
  const fax = await renderFax(pool, {
    documents,
    resolution: 'fine',
    paper: 'letter',
    mode: 'auto',
    ttiRows: 24,
  })
  for await (const page of fax.pages) if (page.width !== 1728) outcome = 'wrong width'
} catch (error) {
  outcome = error instanceof DocumentRefusal ? error.code : String(error)
}
const wallMs = performance.now() - started
const { workersLost } = pool.stats()
// Of the whole process, engine and pool included; the figure is in kilobytes.
const rssMib = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ outcome, wallMs, rssMib, workersLost }))
await pool.close()
