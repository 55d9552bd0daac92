import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SipAddress, SipTransport } from '@answerback/protocol/sip/address'
import { Alarms } from '@answerback/protocol/sip/alarms'
import { bytesOf, textOf } from '@answerback/protocol/sip/message/latin1'
import { parseMessage } from '@answerback/protocol/sip/message/parse-message'
import type { SipRequest, SipResponse } from '@answerback/protocol/sip/message/sip-message'
import { SIP_TIMERS } from '@answerback/protocol/sip/timers'
import { ClientTransaction } from '@answerback/protocol/sip/transaction/client'
import type { TransactionHost } from '@answerback/protocol/sip/transaction/host'
import { InviteClientTransaction } from '@answerback/protocol/sip/transaction/invite-client'
import { InviteServerTransaction } from '@answerback/protocol/sip/transaction/invite-server'
import { ServerTransaction } from '@answerback/protocol/sip/transaction/server'
import fc from 'fast-check'
import { addressOf, label } from './agents.ts'

/** A host on virtual time that notes what is sent and when, and what the transaction tells. */
class Host implements TransactionHost {
  nowMs = 0
  readonly timers = SIP_TIMERS
  readonly alarms = new Alarms()
  readonly log: (readonly [what: string, atMs: number])[] = []

  send(_to: SipAddress, bytes: Uint8Array): void {
    this.note(label(textOf(bytes)))
  }

  note(what: string): void {
    this.log.push([what, this.nowMs])
  }

  run(untilMs: number): void {
    for (;;) {
      const alarm = this.alarms.takeDue(untilMs)
      if (alarm === undefined) break
      this.nowMs = alarm.atMs
      alarm.ring()
    }
    this.nowMs = untilMs
  }
}

const headers = (method: string) =>
  `Via: SIP/2.0/UDP h;branch=z9hG4bKb\r\nFrom: <sip:a@h>;tag=f\r\nTo: <sip:b@h>\r\nCall-ID: c\r\nCSeq: 1 ${method}\r\n\r\n`
const request = (method: string) =>
  parseMessage(bytesOf(`${method} sip:b@h SIP/2.0\r\n${headers(method)}`)) as SipRequest
const response = (status: number, method: string) =>
  parseMessage(bytesOf(`SIP/2.0 ${status} X\r\n${headers(method)}`)) as SipResponse
const to = (transport: SipTransport) => addressOf('b', transport)

function inviteClient(transport: SipTransport): [Host, InviteClientTransaction] {
  const host = new Host()
  const transaction = new InviteClientTransaction(host, request('INVITE'), to(transport), {
    onProvisional: ({ status }) => host.note(`got ${status}`),
    onSuccess: ({ status }) => host.note(`got ${status}`),
    onRefusal: ({ status }) => host.note(`got ${status}`),
    onFailure: (failure) => host.note(failure),
    onTerminated: () => host.note('over'),
  })
  return [host, transaction]
}

function client(transport: SipTransport): [Host, ClientTransaction] {
  const host = new Host()
  const transaction = new ClientTransaction(host, request('BYE'), to(transport), {
    onFinal: ({ status }) => host.note(`got ${status}`),
    onFailure: (failure) => host.note(failure),
    onTerminated: () => host.note('over'),
  })
  return [host, transaction]
}

describe('The INVITE client transaction', () => {
  it('over UDP repeats at doubling intervals (A) until 64·T1 (B)', () => {
    const [host] = inviteClient('udp')
    host.run(100_000)
    const sent = host.log.filter(([what]) => what === 'INVITE').map(([, atMs]) => atMs)
    assert.deepEqual(sent, [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500])
    assert.deepEqual(host.log.slice(-2), [
      ['over', 32_000],
      ['timeout', 32_000],
    ])
  })

  it('over a stream sends once, and still gives up after 64·T1', () => {
    const [host] = inviteClient('tcp')
    host.run(100_000)
    assert.deepEqual(host.log, [
      ['INVITE', 0],
      ['over', 32_000],
      ['timeout', 32_000],
    ])
  })

  it('acknowledges a refusal each time it comes, until 32 s after the first (D)', () => {
    const [host, transaction] = inviteClient('udp')
    transaction.receive(response(486, 'INVITE'))
    host.run(10_000)
    transaction.receive(response(486, 'INVITE'))
    host.run(31_999)
    assert.equal(host.log.at(-1)![0], 'ACK')
    host.run(32_000)
    assert.deepEqual(host.log, [
      ['INVITE', 0],
      ['ACK', 0],
      ['got 486', 0],
      ['ACK', 10_000],
      ['over', 32_000],
    ])
  })

  it('passes on every 2xx for 64·T1 after the first (M), and ignores a refusal among them', () => {
    const [host, transaction] = inviteClient('udp')
    transaction.receive(response(200, 'INVITE'))
    transaction.receive(response(486, 'INVITE'))
    host.run(20_000)
    transaction.receive(response(200, 'INVITE'))
    host.run(40_000)
    transaction.receive(response(200, 'INVITE'))
    assert.deepEqual(host.log, [
      ['INVITE', 0],
      ['got 200', 0],
      ['got 200', 20_000],
      ['over', 32_000],
    ])
  })

  it('fails at once when the transport does', () => {
    const [host, transaction] = inviteClient('tcp')
    transaction.fail('transport')
    assert.deepEqual(host.log.slice(1), [
      ['over', 0],
      ['transport', 0],
    ])
  })
})

describe('The client transaction', () => {
  it('over UDP repeats at intervals doubling up to T2 (E) until 64·T1 (F)', () => {
    const [host] = client('udp')
    host.run(100_000)
    const sent = host.log.filter(([what]) => what === 'BYE').map(([, atMs]) => atMs)
    assert.deepEqual(sent, [0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    assert.deepEqual(host.log.at(-1), ['timeout', 32_000])
  })

  it('after a final response hears repetitions out for T4 (K), and none on a stream', () => {
    for (const [transport, overMs] of [
      ['udp', 5_000],
      ['tcp', 0],
    ] as const) {
      const [host, transaction] = client(transport)
      transaction.receive(response(200, 'BYE'))
      host.run(100_000)
      assert.deepEqual(host.log.at(transport === 'udp' ? -1 : -2), ['over', overMs])
      assert.equal(host.log.filter(([what]) => what === 'got 200').length, 1)
    }
  })
})

describe('The INVITE server transaction', () => {
  const server = (transport: SipTransport): [Host, InviteServerTransaction] => {
    const host = new Host()
    return [
      host,
      new InviteServerTransaction(host, request('INVITE'), to(transport), () => host.note('over')),
    ]
  }

  it('over UDP repeats a refusal (G) until the ACK, and lingers T4 after it (I)', () => {
    const [host, transaction] = server('udp')
    transaction.respond(response(486, 'INVITE'))
    host.run(4_000)
    transaction.receiveAck()
    host.run(100_000)
    assert.deepEqual(host.log, [
      ['486 INVITE', 0],
      ['486 INVITE', 500],
      ['486 INVITE', 1_500],
      ['486 INVITE', 3_500],
      ['over', 9_000],
    ])
  })

  it('without an ACK ends after 64·T1 (H)', () => {
    const [host, transaction] = server('tcp')
    transaction.respond(response(486, 'INVITE'))
    host.run(100_000)
    assert.deepEqual(host.log, [
      ['486 INVITE', 0],
      ['over', 32_000],
    ])
  })

  it('takes repeated INVITEs silently after a 2xx, for 64·T1 (L)', () => {
    const [host, transaction] = server('udp')
    transaction.respond(response(200, 'INVITE'))
    transaction.receiveInvite()
    transaction.respond(response(486, 'INVITE'))
    host.run(100_000)
    assert.deepEqual(host.log, [
      ['200 INVITE', 0],
      ['over', 32_000],
    ])
  })
})

describe('The server transaction', () => {
  it('gives a repeated request the same answer, for 64·T1 on UDP (J)', () => {
    const host = new Host()
    const transaction = new ServerTransaction(host, to('udp'), response(200, 'BYE'), () => host.note('over'))
    transaction.receive()
    host.run(100_000)
    assert.deepEqual(host.log, [
      ['200 BYE', 0],
      ['200 BYE', 0],
      ['over', 32_000],
    ])
  })
})

describe('Alarms', () => {
  it('ring in order of their time, and those of one time in the order they were set, but for the cancelled', () => {
    const plan = fc.array(fc.record({ atMs: fc.nat(50), isCancelled: fc.boolean() }), { maxLength: 300 })
    fc.assert(
      fc.property(plan, (entries) => {
        const alarms = new Alarms()
        const rung: number[] = []
        const set = entries.map(({ atMs }, i) => alarms.set(atMs, () => rung.push(i)))
        entries.forEach(({ isCancelled }, i) => {
          if (isCancelled) alarms.cancel(set[i])
        })
        for (let nowMs = 0; nowMs <= 50; nowMs++) {
          for (let alarm = alarms.takeDue(nowMs); alarm !== undefined; alarm = alarms.takeDue(nowMs)) {
            assert.equal(alarm.atMs, nowMs)
            alarm.ring()
          }
        }
        const expected = entries
          .map((entry, i) => ({ ...entry, i }))
          .filter(({ isCancelled }) => !isCancelled)
          .sort((a, b) => a.atMs - b.atMs || a.i - b.i)
        assert.deepEqual(
          rung,
          expected.map(({ i }) => i),
        )
        assert.equal(alarms.nextMs, Number.POSITIVE_INFINITY)
      }),
    )
  })
})
