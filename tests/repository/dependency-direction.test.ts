import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseModule, ROOT, readModules } from '../support/modules.ts'
import { cycles, RULES, roomCycles, violations } from '../support/rules.ts'

const modules = readModules()

test('the sources of every package are seen, with what they import', () => {
  assert.ok(modules.length > 150, `${modules.length} modules`)
  for (const name of readdirSync(join(ROOT, 'packages'))) {
    assert.ok(
      modules.some((module) => module.path.startsWith(`packages/${name}/src/`)),
      name,
    )
  }
  const imports = modules.flatMap((module) => module.imports)
  assert.ok(imports.length > 2 * modules.length, `${imports.length} imports`)
  const mentions = modules.flatMap((module) => [...module.source.matchAll(/ from '/g)])
  assert.ok(imports.length > 0.98 * mentions.length, 'the scanner overlooks imports')
})

test('dependencies run one way', () => {
  assert.deepEqual(violations(modules), [])
})

test('no ring of files import each other', () => {
  assert.deepEqual(cycles(modules), [])
})

const USE_CASES = 'packages/server/src/application'

/** Folders that hold rooms. */
const HOUSES = [
  USE_CASES,
  'packages/server/src/domain',
  'packages/server/src/adapters/postgres',
  'packages/server/src/adapters/lines',
  'packages/protocol/src',
  'packages/imaging/src',
  'packages/simulator/src',
  'packages/cli/src',
]

for (const house of HOUSES) {
  test(`the rooms of ${house} know each other one way`, () => {
    assert.ok(modules.filter(({ path }) => path.startsWith(`${house}/`)).length > 5, 'no such house')
    assert.deepEqual(roomCycles(modules, house), [])
  })
}

/** One offender for each rule: a check that would not catch it proves nothing. */
const PLANTED: Record<string, readonly [path: string, source: string]> = {
  'protocol imports nothing outside itself': [
    'packages/protocol/src/planted.ts',
    "import { readFileSync } from 'node:fs'",
  ],
  'imaging knows the protocol': [
    'packages/imaging/src/planted.ts',
    "export * from '@answerback/server/domain/fax/fax'",
  ],
  'the simulator knows the protocol': [
    'packages/simulator/src/planted.ts',
    "import type { E } from '@answerback/imaging/page'",
  ],
  'clients know the HTTP API': [
    'packages/cli/src/planted.ts',
    "import {\n  type Fax,\n  fax,\n} from '@answerback/server/domain/fax/fax'",
  ],
  'domain knows fax words': [
    'packages/server/src/domain/planted.ts',
    "import { encode } from '@answerback/protocol/t4/t6'",
  ],
  'a port is a shape': ['packages/server/src/ports/planted.ts', "import type { Pool } from 'pg'"],
  'application asks for a port': [
    'packages/server/src/application/planted.ts',
    "const net = await import('node:net')",
  ],
  'two adapters meet in application': [
    'packages/server/src/adapters/planted/planted.ts',
    "export { a } from '../keyring/aead.ts'",
  ],
  'only the files beside main.ts wire': [
    'packages/server/src/adapters/web/planted.ts',
    "import '../../main.ts'",
  ],
  'sources import no test': ['packages/imaging/src/planted.ts', "import { a } from '../test/support/a.ts'"],
  'a package of ours is imported by its name': [
    'packages/protocol/src/planted.ts',
    "import { a } from './a'",
  ],
}

for (const [start, [path, source]] of Object.entries(PLANTED)) {
  test(`a planted offender is caught: ${start}`, () => {
    const rules = RULES.filter((rule) => rule.name.startsWith(start))
    assert.equal(rules.length, 1)
    const planted = parseModule(path, `// Nothing here.\n${source}\n`)
    assert.deepEqual(
      violations([...modules, planted], rules).map((violation) => violation.path),
      [path],
    )
  })
}

test('every rule has its planted offender', () => {
  const covered = RULES.filter((rule) => Object.keys(PLANTED).some((start) => rule.name.startsWith(start)))
  assert.deepEqual(covered, RULES)
})

test('application may compute with pages and may not render them', () => {
  const rules = RULES.filter((rule) => rule.name.startsWith('application'))
  const planted = (target: string) =>
    parseModule(
      'packages/server/src/application/planted.ts',
      `import { a } from '@answerback/imaging/${target}'`,
    )
  assert.deepEqual(violations([planted('page')], rules), [])
  assert.equal(violations([planted('raster/raster-pool')], rules).length, 1)
})

test('a planted ring is caught, and a ring of types alone is none', () => {
  const file = (name: string, source: string) => parseModule(`packages/protocol/src/${name}.ts`, source)
  const [a, b, c] = ['a', 'b', 'c'].map((name) => `packages/protocol/src/${name}.ts`)
  const ring = [
    file('a', "import { b } from './b.ts'"),
    file('b', "import { c } from './c.ts'"),
    file('c', "import { a } from './a.ts'"),
  ]
  assert.deepEqual(cycles([...modules, ...ring]), [[a, b, c, a]])
  assert.deepEqual(cycles([...ring.slice(0, 2), file('c', "import { type A } from './a.ts'")]), [])
})

test('planted rooms that know each other are caught, and a room that knows itself is no ring', () => {
  const file = (path: string, source: string) => parseModule(`${USE_CASES}/${path}.ts`, source)
  const there = file('a/one', "import type { Two } from '../b/two.ts'\nimport { three } from './three.ts'")
  const back = file('b/two', "import { three } from '../a/three.ts'")
  assert.deepEqual(roomCycles([...modules, there], USE_CASES), [])
  assert.deepEqual(roomCycles([there, back], USE_CASES), [['a', 'b', 'a']])
})
