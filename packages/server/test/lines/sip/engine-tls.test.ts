import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaxCallEnd } from '@answerback/protocol/fax-call/fax-call-types'
import { engineSettings, fastClock, TestEngine, testPages } from './engine-pair.ts'
import { makeTestCertificate, needsOpenssl } from './test-certificate.ts'

const skip = needsOpenssl
const limits = { skip, timeout: 20_000 }
const SPEED = 10

/** One call over TLS to an engine with its own certificate, by one that trusts beside the system's what it is given. */
async function callOverTls(
  tls: { certificate: string; key: string },
  trustedCertificates: string | null,
): Promise<{ end: FaxCallEnd; caller: TestEngine; answerer: TestEngine }> {
  const clock = fastClock(SPEED)
  const answerer = await TestEngine.open(
    engineSettings({ firstPort: 32_000, lastPort: 32_998 }, { tls }),
    clock,
  )
  const caller = await TestEngine.open(
    engineSettings({ firstPort: 33_000, lastPort: 33_998 }, { trustedCertificates }),
    clock,
  )
  try {
    caller.trunkTo(answerer.ports.tls!, 'tls')
    caller.place('att_1', testPages(1))
    const end = await caller.end('att_1')
    if (end.outcome.kind === 'fax') await answerer.incomingEnd()
    return { end, caller, answerer }
  } finally {
    caller.engine.close()
    answerer.engine.close()
  }
}

test('two engines fax a page, SIP on TLS with a certificate that the operator trusts', limits, async () => {
  const tls = makeTestCertificate()
  const { end, answerer, caller } = await callOverTls(tls, tls.certificate)
  assert.ok(end.outcome.kind === 'fax', JSON.stringify(end.outcome))
  assert.equal(end.outcome.t30.result, 'ok')
  const [sent] = testPages(1)
  assert.deepEqual(
    answerer.pages.map(({ t6 }) => Buffer.from(t6)),
    [Buffer.from(sent!.t6)],
  )
  assert.equal(caller.engine.callCount, 0)
})

for (const [whose, trusted] of [
  ['nobody vouches for', () => null],
  ['another is trusted in place of', () => makeTestCertificate().certificate],
] as const) {
  test(`a certificate that ${whose} ends the call as carrier_down before a word of SIP`, limits, async () => {
    const { end, answerer } = await callOverTls(makeTestCertificate(), trusted())
    assert.ok(end.outcome.kind === 'not_answered', JSON.stringify(end.outcome))
    assert.equal(end.outcome.cause, 'carrier_down')
    assert.deepEqual(
      answerer.events.map(({ kind }) => kind),
      ['opened', 'closed'],
    )
  })
}
