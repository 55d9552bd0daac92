import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'

const SOURCES = join(import.meta.dirname, 'far-end')
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/answerback-spandsp')
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror']
const LIBRARIES = ['-lspandsp', '-ltiff']
const PACKAGES = 'needs gcc, libc6-dev, libspandsp-dev and libtiff-dev'
/** Names both libraries, so that a machine without one of them is told apart from a mistake in our source. */
const PROBE =
  '#include <spandsp.h>\nint main(void) { TIFFSetWarningHandler(0); return t30_frametype(0) == 0; }\n'

export type FarEnd =
  | { readonly available: true; readonly path: string }
  | { readonly available: false; readonly reason: string }

let found: FarEnd | undefined

/**
 * The compiled far end. It is built once for each state of its sources and kept between runs.
 *
 * @throws where compiler and libraries are there but the sources do not compile
 */
export function findFarEnd(): FarEnd {
  found ??= buildOnce()
  return found
}

/** Reason to skip a test that needs libspandsp, or false where it can run. */
export function needsSpandsp(): string | false {
  const farEnd = findFarEnd()
  return farEnd.available ? false : farEnd.reason
}

function buildOnce(): FarEnd {
  const sources = readdirSync(SOURCES)
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
  const hash = createHash('sha256').update([...FLAGS, ...LIBRARIES].join(' '))
  for (const name of sources) hash.update(name).update(readFileSync(join(SOURCES, name)))
  const path = join(CACHE, `far-end-${hash.digest('hex').slice(0, 16)}`)
  if (existsSync(path)) return runs(path)
  if (!probe()) return { available: false, reason: PACKAGES }
  mkdirSync(CACHE, { recursive: true })
  // Several test files may build at the same time; the last rename wins, and all are the same.
  const partial = `${path}.${process.pid}`
  const units = sources.filter((name) => name.endsWith('.c')).map((name) => join(SOURCES, name))
  const built = spawnSync('gcc', [...FLAGS, '-o', partial, ...units, ...LIBRARIES], { encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`The far end does not compile:\n${built.stderr}`)
  renameSync(partial, path)
  return runs(path)
}

function probe(): boolean {
  const args = ['-xc', '-', '-o', '/dev/null', ...LIBRARIES]
  return spawnSync('gcc', args, { input: PROBE }).status === 0
}

/** The libraries may have gone since it was built; without a mode it prints its usage and ends with 2. */
function runs(path: string): FarEnd {
  if (spawnSync(path).status === 2) return { available: true, path }
  return { available: false, reason: 'needs libspandsp2 and libtiff6' }
}
