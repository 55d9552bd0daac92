import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readModules } from '../../../../../tests/support/modules.ts'
import { AUDIT_ACTIONS, deedOf, tellsFailure } from '../../../src/domain/audit/audit-action.ts'

const TABLE = 'packages/server/src/domain/audit/audit-action.ts'
const actions = Object.keys(AUDIT_ACTIONS)

test('every listed action is named by the code that writes it', () => {
  const elsewhere = readModules()
    .filter(({ path }) => path.startsWith('packages/server/src/') && path !== TABLE)
    .map(({ source }) => source)
    .join('\n')
  assert.ok(actions.length > 100, `${actions.length} actions`)
  assert.deepEqual(
    actions.filter((action) => !elsewhere.includes(`'${action}'`)),
    [],
  )
})

test('the actions stand in order, so that one is found', () => {
  const lines = readFileSync(join(import.meta.dirname, '../../../../..', TABLE), 'utf8')
  const written = [...lines.matchAll(/^ {2}'([a-z_.]+)': '/gm)].map(([, action]) => action)
  assert.deepEqual(written, [...actions].sort())
})

test('an action that an older version wrote executes something, and did not fail', () => {
  assert.equal(deedOf('fax.content.read'), 'read')
  for (const unknown of ['fax.was_called_otherwise', 'constructor', '__proto__', '']) {
    assert.equal(deedOf(unknown), 'execute', unknown)
    assert.equal(tellsFailure(unknown), false, unknown)
  }
})
