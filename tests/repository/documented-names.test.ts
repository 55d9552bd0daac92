import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseCommandLine, USAGE } from '../../packages/cli/src/command-line.ts'
import { EVERYBODY, NOBODY_YET, PRIVILEGES } from '../../packages/server/test/http/privileges.ts'
import { codeOf, commandsOf, isRoute, type NamedRoute, routesOf } from '../support/documented.ts'
import { ROOT, readModules, trackedFiles } from '../support/modules.ts'

const pages = trackedFiles()
  .filter((file) => file.endsWith('.md') && !file.startsWith('docs/adr/') && existsSync(join(ROOT, file)))
  .map((file) => ({ file, code: codeOf(readFileSync(join(ROOT, file), 'utf8')) }))
const sources = readModules()
  .map(({ source }) => source)
  .join('\n')
const commands = new Set([...USAGE.matchAll(/^ {2}answerback (\w+)/gm)].map(([, name]) => name!))
const routes = [...Object.keys(PRIVILEGES), ...EVERYBODY, ...NOBODY_YET]
const ifaxSources = readModules()
  .filter(({ path }) => path.startsWith('packages/server/src/adapters/ifax/'))
  .map(({ source }) => source)
  .join('\n')

/** The routes of iFax are registered below `/v1`. */
const isServed = (route: NamedRoute) =>
  route.path.startsWith('/v1/') ? ifaxSources.includes(`'${route.path.slice(3)}'`) : isRoute(route, routes)

/** A command line the program would not take. */
function commandFault(words: readonly string[]): string | undefined {
  const [name = '', ...rest] = words
  if (name === 'help') return undefined
  if (!commands.has(name)) return `there is no command ${name}`
  try {
    parseCommandLine(rest)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const faultsOf = <T>(
  found: (code: readonly string[]) => readonly T[],
  faultOf: (each: T) => string | undefined,
) =>
  pages.flatMap(({ file, code }) =>
    found(code)
      .map(faultOf)
      .filter((fault) => fault !== undefined)
      .map((fault) => `${file}: ${fault}`),
  )

test('every command line in the documentation is one the program takes', () => {
  const told = pages.flatMap(({ code }) => commandsOf(code))
  assert.ok(told.length > 50, `${told.length} command lines`)
  assert.deepEqual(
    faultsOf(commandsOf, (words) => {
      const fault = commandFault(words)
      return fault === undefined ? undefined : `answerback ${words.join(' ')}: ${fault}`
    }),
    [],
  )
})

test('every address of the API in the documentation is a route, with that method', () => {
  const told = pages.flatMap(({ code }) => routesOf(code))
  assert.ok(told.length > 150, `${told.length} addresses`)
  assert.deepEqual(
    faultsOf(routesOf, (route) => (isServed(route) ? undefined : `${route.method ?? ''} ${route.path}`)),
    [],
  )
})

test('every variable and every file of ours that the documentation names is there', () => {
  const variables = (code: readonly string[]) =>
    code.flatMap((line) => line.match(/\bANSWERBACK_[A-Z0-9_]+\b/g) ?? [])
  assert.deepEqual(
    faultsOf(variables, (name) => (sources.includes(name) || isOfTests(name) ? undefined : name)),
    [],
  )
  const files = (code: readonly string[]) =>
    code.flatMap(
      (line) =>
        line.match(/(?<![\w/.-])(?:packages|tests|bench|docs|examples|conformance|scripts)\/[\w./-]+\w/g) ??
        [],
    )
  assert.deepEqual(
    faultsOf(files, (path) => (existsSync(join(ROOT, path)) || path.endsWith('/x') ? undefined : path)),
    [],
  )
})

/** Read by a test, a bench or an example and not by the product. */
function isOfTests(name: string): boolean {
  return trackedFiles().some(
    (file) =>
      /^(?:bench|examples|tests|packages\/\w+\/test)\/.*\.\w+$/.test(file) &&
      readFileSync(join(ROOT, file), 'utf8').includes(name),
  )
}

test('what is not there is told: a command, an option, a route, a method', () => {
  const page = codeOf(
    'Run `npx answerback sned x --to +12025550100`.\n\n    answerback send x --urgent | head\n\n```sh\nask /v2/faxen/$FAX\nask /v2/faxes/$FAX -X PUT\n```\n`POST /v2/events` `/v1/customer/fax-sent`',
  )
  assert.deepEqual(
    commandsOf(page).map((words) => commandFault(words) !== undefined),
    [true, true],
  )
  assert.deepEqual(routesOf(page).map(isServed), [false, false, false, false])
  const good = codeOf(
    '`npx answerback send FILE --to NUMBER --wait` `GET /v2/faxes/{id}/attempts?include=frames` `"$URL/v2/inbound/$FAX/notes"`',
  )
  assert.deepEqual(commandsOf(good).map(commandFault), [undefined])
  assert.deepEqual(routesOf(good).map(isServed), [true, true])
})
