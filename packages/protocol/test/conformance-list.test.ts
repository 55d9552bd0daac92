import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const ROOT = join(import.meta.dirname, '../../..')
const PAGE = join(ROOT, 'docs/reference/conformance.md')

interface Case {
  readonly id: string
  readonly sentence: string
}

interface File {
  readonly path: string
  readonly cases: readonly Case[]
}

/** Every list of cases under conformance/, by file; a case that two files export counts for the first. */
async function readCases(): Promise<readonly File[]> {
  const seen = new Set<Case>()
  const files: File[] = []
  for (const path of globSync('conformance/*/*.{ts,json}', { cwd: ROOT }).sort()) {
    const cases = (await exportedLists(path)).flat().filter((one) => isCase(one) && !seen.has(one)) as Case[]
    for (const one of cases) seen.add(one)
    if (cases.length > 0) files.push({ path, cases })
  }
  return files
}

async function exportedLists(path: string): Promise<readonly (readonly unknown[])[]> {
  const full = join(ROOT, path)
  const values = path.endsWith('.json')
    ? [JSON.parse(readFileSync(full, 'utf8'))]
    : Object.values(await import(full))
  return values.filter((value) => Array.isArray(value))
}

function isCase(value: unknown): value is Case {
  const { id, sentence } = (value ?? {}) as Partial<Case>
  return typeof id === 'string' && typeof sentence === 'string'
}

function page(files: readonly File[]): string {
  const count = files.reduce((sum, { cases }) => sum + cases.length, 0)
  return [
    '# Conformance cases',
    '',
    `${count} cases, as data under \`conformance/\`. Each is run by the tests of \`packages/protocol\`; its id is in the test's title.`,
    'Generated: `ANSWERBACK_WRITE_REFERENCE=1 node --test packages/protocol/test/conformance-list.test.ts`.',
    '',
    ...files.flatMap(({ path, cases }) => [
      `## ${path.replace('conformance/', '')}`,
      '',
      '| Case | What it says |',
      '|---|---|',
      ...cases.map(({ id, sentence }) => `| \`${id}\` | ${sentence.replaceAll('|', '\\|')} |`),
      '',
    ]),
  ].join('\n')
}

const files = await readCases()

describe('The list of conformance cases', () => {
  it('is the one in docs/reference/conformance.md (ANSWERBACK_WRITE_REFERENCE=1 writes it)', () => {
    if (process.env.ANSWERBACK_WRITE_REFERENCE === '1') writeFileSync(PAGE, page(files))
    assert.equal(readFileSync(PAGE, 'utf8'), page(files))
  })

  it('has each id once, and a sentence for each', () => {
    const cases = files.flatMap(({ cases: all }) => all)
    const ids = cases.map(({ id }) => id)
    assert.deepEqual(
      ids.filter((id, i) => ids.indexOf(id) !== i),
      [],
    )
    for (const { id, sentence } of cases) assert.match(sentence, /^\S.*\.$/, id)
  })

  it('knows the families there are', () => {
    const families = new Set(files.map(({ path }) => path.split('/')[1]))
    for (const family of ['t30', 't38']) assert.ok(families.has(family), family)
    assert.ok(
      files.filter(({ path }) => path.startsWith('conformance/t30')).flatMap(({ cases }) => cases).length >=
        120,
    )
  })
})
