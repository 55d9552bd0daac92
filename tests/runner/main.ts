import { join } from 'node:path'
import {
  createTemplate,
  dropAbandoned,
  dropDatabase,
  findExternalServer,
  SERVER_VARIABLE,
  startScratchServer,
  type TestServer,
} from '../../packages/server/test/support/test-server.ts'
import { runCommand } from './command.ts'
import { findTestFiles } from './files.ts'
import { type Outcome, runTestFiles } from './node-test.ts'

/**
 * `./test`: types, lint, then the tests; those that need a database run once on each. Every step runs even
 * when an earlier one failed, so one run shows all there is to mend.
 */
const root = join(import.meta.dirname, '../..')
const ABANDONED_AFTER_SECONDS = 7_200

async function main(paths: readonly string[]): Promise<boolean> {
  const files = findTestFiles(root, paths)
  const checks = [
    await check('types', tool('tsc'), ['--noEmit']),
    await check('lint', join(root, 'scripts/biome'), ['check']),
  ]
  const outcomes = [await runPure(files.pure)]
  if (files.database.length > 0) {
    outcomes.push(await runOnEmbedded(files.database), await runOnExternal(files.database))
  }
  report(checks, outcomes)
  return [...checks, ...outcomes].every(({ ok }) => ok)
}

async function runPure(files: readonly string[]): Promise<Outcome> {
  if (files.length === 0) return NOTHING
  title('tests that need no database')
  return runTestFiles(root, files, process.env)
}

async function runOnEmbedded(files: readonly string[]): Promise<Outcome> {
  title('tests on our own PostgreSQL')
  const { server, close } = await startScratchServer()
  try {
    return await runOn(server, files)
  } finally {
    await close()
  }
}

async function runOnExternal(files: readonly string[]): Promise<Outcome> {
  title('tests on an external PostgreSQL')
  let server: TestServer
  try {
    server = await findExternalServer()
  } catch {
    say(
      `skipped ${files.length} files: no PostgreSQL answers (set TEST_DATABASE_URL, or run one on 127.0.0.1:5432)`,
    )
    return { ...NOTHING, ok: process.env.TEST_DATABASE_URL === undefined, skipped: files.length }
  }
  await dropAbandoned(server, ABANDONED_AFTER_SECONDS)
  return runOn(server, files)
}

async function runOn(server: TestServer, files: readonly string[]): Promise<Outcome> {
  const withTemplate = await createTemplate(server)
  try {
    const env = { ...process.env, [SERVER_VARIABLE]: JSON.stringify(withTemplate) }
    return await runTestFiles(root, files, { ...env, ANSWERBACK_TEST_DATABASE: server.kind })
  } finally {
    if (withTemplate.template !== undefined) await dropDatabase(server, withTemplate.template)
  }
}

const NOTHING: Outcome = { ok: true, passed: 0, failed: 0, skipped: 0 }

interface Check {
  readonly name: string
  readonly ok: boolean
}

async function check(name: string, command: string, args: readonly string[]): Promise<Check> {
  title(name)
  const checked = { name, ok: await runCommand(root, command, args) }
  say(verdict(checked))
  return checked
}

/** The last lines name everything that makes the run red: their reader may have kept no others. */
function report(checks: readonly Check[], outcomes: readonly Outcome[]): void {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0)
  title('all checks and test runs')
  for (const checked of checks) say(verdict(checked))
  if (outcomes.some(({ ok, failed }) => !ok && failed === 0)) say('a test run broke down: FAILED')
  say(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
}

function verdict({ name, ok }: Check): string {
  return `${name}: ${ok ? 'ok' : 'FAILED'}`
}

function tool(name: string): string {
  return join(root, 'node_modules/.bin', name)
}

function title(text: string): void {
  say(`\n== ${text}`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
