import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** A source file and what it imports. */
export interface Module {
  /** From the repository's root, with `/`. */
  readonly path: string
  readonly source: string
  readonly imports: readonly Import[]
}

export interface Import {
  /** A file's path from the root, or the specifier as written for packages and built-ins. */
  readonly target: string
  /** `import type`, `export type`: gone at run time. */
  readonly typeOnly: boolean
  /** What stands between `import` and `from`. */
  readonly clause: string
}

// Statements begin a line; inside a block comment a line begins with ` *`, inside our templates with blanks.
const STATIC = /^(?:import|export)\s+(type\s)?((?:[^'"`;]*?\sfrom\s+)?)['"]([^'"\n]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]/g

/** Files under version control. */
export function trackedFiles(): string[] {
  // The checkout may belong to somebody else than the one who tests it.
  const list = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-z'], { cwd: ROOT })
  return list.toString('utf8').split('\0').filter(Boolean).sort()
}

/** The TypeScript sources of all packages, committed or not. */
export function readModules(): Module[] {
  return globSync('packages/*/src/**/*.{ts,tsx}', { cwd: ROOT })
    .sort()
    .map((path) => parseModule(path, readFileSync(join(ROOT, path), 'utf8')))
}

export function parseModule(path: string, source: string): Module {
  const imports: Import[] = []
  for (const [, type, clause = '', specifier = ''] of source.matchAll(STATIC)) {
    imports.push({
      target: resolve(path, specifier),
      typeOnly: type !== undefined || allTypes(clause),
      clause,
    })
  }
  for (const [, specifier = ''] of source.matchAll(DYNAMIC)) {
    imports.push({ target: resolve(path, specifier), typeOnly: false, clause: '' })
  }
  return { path, source, imports }
}

/** `{ type A, type B } from` */
function allTypes(clause: string): boolean {
  const names =
    /^\{([^}]*)\}/
      .exec(clause.trim())?.[1]
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? []
  return names.length > 0 && names.every((name) => name.startsWith('type '))
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const own = /^@answerback\/([a-z]+)\/(.+)$/.exec(specifier)
  return own === null ? specifier : `packages/${own[1]}/src/${own[2]}.ts`
}
