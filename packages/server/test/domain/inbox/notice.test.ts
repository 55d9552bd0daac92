import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NoticeError, nextNoticeAttempt } from '../../../src/domain/inbox/notice.ts'

const AT = new Date('2026-01-02T12:00:00Z')

function waits(error: NoticeError): number[] {
  const minutes: number[] = []
  for (let attempts = 1; ; attempts += 1) {
    const next = nextNoticeAttempt(attempts, error, AT)
    if (!next) return minutes
    minutes.push((next.getTime() - AT.getTime()) / 60_000)
  }
}

test('a notice is tried for about half a day with growing waits, and then has failed', () => {
  assert.deepEqual(waits('connect'), [1, 5, 15, 60, 180, 360])
})

test('what the server refuses for good, and what no server is there for, is not tried again', () => {
  assert.deepEqual([waits('refused'), waits('not_configured')], [[], []])
})
