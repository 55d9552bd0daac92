import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Module, parseModule, readModules } from '../support/modules.ts'

/**
 * Time, chance, settings and the network come in through ports, or a simulation could not replay what happened. They may
 * be touched in the adapters, in the files beside main.ts, and in the command-line client.
 */
const PURE =
  /^packages\/(?:protocol|imaging|simulator)\/src\/|^packages\/server\/src\/(?:domain|application|ports)\//
/** The edge at which the rasteriser's deadlines meet the machine's clock; its callers take it as an argument. */
const EDGE = ['packages/imaging/src/raster/timers.ts']

const AMBIENT: Record<string, RegExp> = {
  'the time of day': /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)/,
  'a monotonic clock': /\bperformance\.now\b|\bprocess\.hrtime\b/,
  chance: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\brandomInt\b|\bgetRandomValues\b/,
  'a timer': /\bset(?:Timeout|Interval|Immediate)\b|['"]node:timers/,
  'the environment': /\bprocess\.(?:env|argv|cwd)\b/,
  'the network': /(?<![.#\w])fetch\(|['"]node:(?:http2?|https|tls|dgram|dns)['"/]/,
}
const CONSOLE = /\bconsole\.[a-z]/

const modules = readModules()

test('pure code touches no ambient input', () => {
  assert.deepEqual(ambient(modules), [])
})

test('nothing prints through the console', () => {
  assert.deepEqual(
    modules.filter((module) => CONSOLE.test(codeOf(module))).map((module) => module.path),
    [],
  )
})

test('a planted use of each ambient input is caught, and a mention in a comment is not', () => {
  const planted = {
    'the time of day': 'const at = new Date()',
    'a monotonic clock': 'const at = performance.now()',
    chance: "import { randomUUID } from 'node:crypto'",
    'a timer': 'setTimeout(() => undefined, 1)',
    'the environment': 'const home = process.env.HOME',
    'the network': "const reply = await fetch('http://a.example')",
  }
  assert.deepEqual(Object.keys(planted), Object.keys(AMBIENT))
  for (const [kind, source] of Object.entries(planted)) {
    const path = 'packages/server/src/domain/planted.ts'
    assert.deepEqual(ambient([parseModule(path, source)]), [`${path}: ${kind}`])
    assert.deepEqual(ambient([parseModule(path, `// ${source}\n/**\n * ${source}\n */`)]), [])
  }
  const told = parseModule('packages/server/src/domain/planted.ts', 'new Date(clock.now()); client.fetch(1)')
  assert.deepEqual(ambient([told]), [])
})

test('the edges that are let off still exist', () => {
  for (const edge of EDGE)
    assert.ok(
      modules.some((module) => module.path === edge),
      edge,
    )
})

function ambient(all: readonly Module[]): string[] {
  return all
    .filter((module) => PURE.test(module.path) && !EDGE.includes(module.path))
    .flatMap((module) =>
      Object.entries(AMBIENT)
        .filter(([, pattern]) => pattern.test(codeOf(module)))
        .map(([kind]) => `${module.path}: ${kind}`),
    )
}

/** Without comments: whole-line ones and those after code. A `//` inside a string (a URL) stays, as does what follows. */
function codeOf(module: Module): string {
  return module.source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s\/\/\s.*$/gm, '')
}
