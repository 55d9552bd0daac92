import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './modules.ts'

/** What package-lock.json says of one installed package. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  readonly licence: string
  /** Needed only to build and test. */
  readonly dev: boolean
  readonly resolved: string | undefined
  readonly integrity: string | undefined
}

/** The packages that come from outside; those of our own workspaces are left out. */
export function lockedPackages(): LockedPackage[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  return Object.entries<Record<string, unknown>>(lock.packages).flatMap(([path, entry]) => {
    const at = path.lastIndexOf('node_modules/')
    if (at < 0 || entry.link === true) return []
    return [
      {
        name: path.slice(at + 'node_modules/'.length),
        version: String(entry.version),
        licence: typeof entry.license === 'string' ? entry.license : 'none',
        dev: entry.dev === true,
        resolved: typeof entry.resolved === 'string' ? entry.resolved : undefined,
        integrity: typeof entry.integrity === 'string' ? entry.integrity : undefined,
      },
    ]
  })
}
