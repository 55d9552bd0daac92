import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LogFields } from '../../src/ports/logger.ts'
import { recordingLogger } from '../support/log.ts'

const CANARIES = ['+15551230100', '15551230100', 'Test Patient Zebra', 'zebra-biopsy.pdf', 'HIV positive']

test('an allowed line keeps its fields', () => {
  const { log, lines } = recordingLogger()
  const faxId = 'fax_01jd8x3v6rq4h2m7k9a5c0e1tz'
  const logger = log.with({ accountId: 'acct_01jd8x3v6rq4h2m7k9a5c0e1tz' })
  logger.info('fax.accepted', { faxId, pages: 3, route: '/v2/faxes/:id', code: '-2075' })
  assert.deepEqual(lines(), [
    {
      level: 'info',
      time: '2026-01-02T12:00:00.000Z',
      accountId: 'acct_01jd8x3v6rq4h2m7k9a5c0e1tz',
      faxId,
      pages: 3,
      route: '/v2/faxes/:id',
      code: '-2075',
      event: 'fax.accepted',
    },
  ])
})

test('a field that is not listed is dropped and counted, also when it hides behind a cast', () => {
  const { log, lines, text } = recordingLogger()
  for (const canary of CANARIES)
    log.info('fax.accepted', { to: canary, nested: { name: canary } } as LogFields)
  assertNoCanary(text())
  assert.deepEqual(new Set(lines().map((line) => line.dropped)), new Set([2]))
})

test('patient data in a listed field is dropped too', () => {
  const { log, text } = recordingLogger()
  const names = [
    'faxId',
    'status',
    'reason',
    'code',
    'job',
    'line',
    'method',
    'route',
    'version',
    'signal',
    'count',
  ] as const
  for (const canary of CANARIES) {
    for (const name of names) log.warn('fax.failed', { [name]: canary } as LogFields)
    log.warn(canary)
    log.with({ reason: canary }).error('fax.failed')
  }
  assertNoCanary(text())
})

test('an error is told by name, code and frames, never by its message, its cause’s or its own fields', () => {
  const { log, text, lines } = recordingLogger()
  for (const canary of CANARIES) {
    const cause = Object.assign(new TypeError(`bad ${canary}`), { code: '23505', detail: `(to)=(${canary})` })
    log.error('job.failed', { error: new Error(`no ${canary}\n    at ${canary} (/x/y.ts:1:1)`, { cause }) })
    log.error('job.failed', { error: canary })
    log.error('job.failed', { error: { message: canary } })
    log.error('job.failed', { error: Object.assign(new Error('x'), { name: canary, code: canary }) })
  }
  assertNoCanary(text())
  const [first] = lines() as {
    error: { name: string; frames: string[]; cause: { name: string; code: string } }
  }[]
  assert.equal(first?.error.name, 'Error')
  assert.equal(first?.error.cause.code, '23505')
  assert.match(first?.error.frames[0] ?? '', /packages\/server\/test\/logging\/pino-logger\.test\.ts:\d+/)
})

test('a telephone number gets through no text field, however it is written', () => {
  const digits = fc.stringMatching(/^\d{10,15}$/)
  const written = fc.tuple(digits, fc.constantFrom('', '+', 'tel:', 'tel', 'n-', 'a.')).map(([n, p]) => p + n)
  fc.assert(
    fc.property(written, (number) => {
      const { log, text } = recordingLogger()
      const fields = {
        faxId: number,
        status: number,
        code: number,
        reason: number,
        route: `/${number}`,
        version: number,
      }
      log.info('fax.accepted', { ...fields, error: Object.assign(new Error(number), { code: number }) })
      log.info(number)
      assert.ok(!text().includes(number.replace(/\D/g, '')))
    }),
  )
})

function assertNoCanary(text: string): void {
  for (const canary of CANARIES) assert.ok(!text.includes(canary), `a log line holds ${canary}`)
}
