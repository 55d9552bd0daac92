import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NoticeError, type NoticeKind, nextNoticeAttempt } from '../../../src/domain/notices/notice.ts'

const AT = new Date('2026-01-02T12:00:00Z')

function waits(kind: NoticeKind, error: NoticeError): number[] {
  const minutes: number[] = []
  for (let attempts = 1; ; attempts += 1) {
    const next = nextNoticeAttempt(kind, attempts, error, AT)
    if (!next) return minutes
    minutes.push((next.getTime() - AT.getTime()) / 60_000)
  }
}

test('a notice of a fax is tried for about half a day with growing waits, and then has failed', () => {
  assert.deepEqual(waits('arrived', 'connect'), [1, 5, 15, 60, 180, 360])
  assert.deepEqual(waits('escalated', 'connect'), [1, 5, 15, 60, 180, 360])
})

test('a notice to the owners of an account is tried for four days, so that a weekend loses none', () => {
  for (const kind of ['break_glass_used', 'break_glass_unreviewed', 'associate_expiring'] as const) {
    const tried = waits(kind, 'timeout')
    assert.deepEqual(tried.slice(0, 7), [1, 5, 15, 60, 180, 360, 720])
    const days = tried.reduce((sum, each) => sum + each, 0) / 1440
    assert.ok(days > 4 && days < 5, `${days} days`)
  }
})

test('what the server refuses for good, and what no server is there for, is not tried again', () => {
  for (const kind of ['arrived', 'break_glass_used'] as const)
    assert.deepEqual([waits(kind, 'refused'), waits(kind, 'not_configured')], [[], []])
})
