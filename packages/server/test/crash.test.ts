import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const CRASH = join(import.meta.dirname, '../src/crash.ts')
const ERROR = `Object.assign(new TypeError('Failing row of Test Patient Zebra', { cause: new Error('Zebra cause') }), { code: '23514', detail: 'Zebra detail' })`

/** What a process that ends so says, and how it ends. */
function crash(how: string): { stderr: string; stdout: string; status: number | null } {
  const program = `import { tellCrashes } from ${JSON.stringify(CRASH)}; tellCrashes(); ${how}`
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
}

for (const [reason, how] of [
  ['uncaught_exception', `setTimeout(() => { throw ${ERROR} })`],
  ['unhandled_rejection', `Promise.reject(${ERROR})`],
  ['uncaught_exception', `queueMicrotask(() => JSON.parse('{"name": "Test Patient Zebra" '))`],
  ['uncaught_exception', `setTimeout(() => { throw 'Test Patient Zebra' })`],
  ['unhandled_rejection', `Promise.reject({ name: 'Test Patient Zebra' })`],
  [
    'uncaught_exception',
    `import('node:events').then(({ EventEmitter }) => process.nextTick(() => new EventEmitter().emit('error', ${ERROR})))`,
  ],
] as const) {
  test(`a crash tells where it was and nothing of whom: ${how.slice(0, 40)}`, () => {
    const { stderr, stdout, status } = crash(how)
    assert.equal(status, 1)
    assert.equal(stdout, '')
    assert.doesNotMatch(stderr, /Zebra/)
    const lines = stderr.trimEnd().split('\n')
    assert.equal(lines.length, 1, stderr)
    const line = JSON.parse(lines[0]!)
    assert.deepEqual([line.level, line.event, line.reason], ['error', 'process.crashed', reason])
    if (how.includes('23514')) assert.deepEqual([line.error.name, line.error.code], ['TypeError', '23514'])
  })
}
