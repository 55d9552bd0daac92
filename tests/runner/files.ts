import { globSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'

/** Test files of one run: `database` files run once on every database, `pure` files once. */
export interface TestFiles {
  readonly pure: readonly string[]
  readonly database: readonly string[]
}

const EVERYTHING = ['packages/*/test/**/*.test.ts', 'tests/**/*.test.ts']

/**
 * @param paths test files, or folders of them, relative to the working directory; none means all
 * @returns paths relative to `root`, those of the whole system first: they take minutes, and begun last would run alone
 * @throws when a path does not exist or holds no test file: a mistyped name must not look like success
 */
export function findTestFiles(root: string, paths: readonly string[]): TestFiles {
  const found =
    paths.length === 0 ? globSync(EVERYTHING, { cwd: root }) : paths.flatMap((path) => under(root, path))
  const files = [...new Set(found)].sort().reverse()
  const isDatabase = (file: string) => file.endsWith('.db.test.ts')
  return { pure: files.filter((file) => !isDatabase(file)), database: files.filter(isDatabase) }
}

function under(root: string, path: string): string[] {
  const absolute = resolve(root, path)
  const found = statSync(absolute).isDirectory() ? globSync('**/*.test.ts', { cwd: absolute }) : ['']
  if (found.length === 0) throw new Error(`${path} holds no test file`)
  return found.map((file) => relative(root, resolve(absolute, file)))
}
