import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { EVENT_TYPES } from '../../../src/domain/webhooks/event.ts'

test('the reference of events lists every type once and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../../docs/reference/events.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `([a-z._]+)` \|/gm)]
    .map((row) => row[1])
    .filter((name) => name !== 'type')
  assert.deepEqual(listed.sort(), [...EVENT_TYPES].sort())
})
