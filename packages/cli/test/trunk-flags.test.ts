import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommandLine } from '../src/command-line.ts'
import { UsageError } from '../src/failures.ts'
import { trunkBody } from '../src/trunk-flags.ts'

const bodyOf = (...args: string[]) => trunkBody(parseCommandLine(args).options)

test('flags become the fields of the request, and only those that were given', () => {
  assert.deepEqual(bodyOf('--name', 'Carrier', '--host', 'sip.example', '--registration', 'static'), {
    name: 'Carrier',
    host: 'sip.example',
    registration: 'static',
  })
  assert.deepEqual(
    bodyOf(
      '--port',
      '5061',
      '--ecm',
      'false',
      '--t38',
      'wait',
      '--calls-per-second',
      '0.5',
      '--did',
      '+12025550142',
      '--did',
      '*',
    ),
    {
      port: 5061,
      callsPerSecond: 0.5,
      profile: { t38: 'wait', ecm: false },
      inbound: { dids: ['+12025550142', '*'] },
    },
  )
})

test('a number or a yes-or-no that is none is told with its flag', () => {
  assert.throws(
    () => bodyOf('--port', 'x'),
    (error) => error instanceof UsageError && /--port/.test(error.message),
  )
  assert.throws(
    () => bodyOf('--ecm', 'yes'),
    (error) => error instanceof UsageError && /--ecm/.test(error.message),
  )
})

test('a secret has no flag of its own: command lines are seen by every user of a machine', () => {
  assert.throws(() => parseCommandLine(['--secret', 'zebra']), UsageError)
})
