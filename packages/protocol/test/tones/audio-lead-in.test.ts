import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AudioLeadIn, type AudioLeadInOptions } from '@answerback/protocol/tones/audio-lead-in'
import { encodeG711 } from '@answerback/protocol/tones/g711'
import { encodeRtp, parseRtp } from '@answerback/protocol/tones/rtp'
import { sequence, tone } from './sounds.ts'

const BASE: AudioLeadInOptions = {
  law: 'PCMU',
  startMs: 1000,
  ssrc: 0xfffffff0,
  sequence: 0xfffe,
  timestamp: 0xffffff00,
}

function exchange(
  from: AudioLeadIn,
  to: AudioLeadIn,
  untilMs: number,
  lost: (i: number) => boolean = () => false,
): string {
  const heard: string[] = []
  let i = 0
  while (from.wakeMs < untilMs) {
    for (const packet of from.advance(from.wakeMs)) if (!lost(i++)) heard.push(...to.push(packet))
  }
  return heard.join(' ')
}

describe('The audio part of a fax call', () => {
  it('sends a packet every 20 ms, numbered across every wrap, the first marked', () => {
    const audio = new AudioLeadIn(BASE)
    assert.deepEqual(audio.advance(999), [])
    for (let i = 0; i < 10; i++) {
      assert.equal(audio.wakeMs, 1000 + 20 * i)
      const [packet, ...rest] = audio.advance(1000 + 20 * i + (i % 3))
      assert.equal(rest.length, 0)
      const { payload, ...head } = parseRtp(packet!)
      assert.deepEqual(head, {
        payloadType: 0,
        marker: i === 0,
        sequence: (0xfffe + i) & 0xffff,
        timestamp: (0xffffff00 + 160 * i) >>> 0,
        ssrc: 0xfffffff0,
      })
      assert.deepEqual([...payload], Array(160).fill(0xff))
    }
  })

  it('sends what a stall held up, but not more than 0.2 s of it', () => {
    const audio = new AudioLeadIn(BASE)
    assert.equal(audio.advance(1070).length, 4)
    const packets = audio.advance(9000).map(parseRtp)
    assert.equal(packets.length, 10)
    assert.equal(audio.wakeMs, 9020)
    assert.equal(packets[0]!.sequence, 2)
    // Its place in time is kept.
    assert.equal(packets.at(-1)!.timestamp, (0xffffff00 + (8000 / 20) * 160) >>> 0)
  })

  it('lets the called side hear CNG and the caller CED, in either law', () => {
    for (const law of ['PCMU', 'PCMA'] as const) {
      const caller = new AudioLeadIn({ ...BASE, law, tone: { kind: 'cng', afterMs: 300 } })
      const called = new AudioLeadIn({ ...BASE, law, tone: { kind: 'ced', afterMs: 2000 } })
      assert.equal(exchange(caller, called, 9000), 'cng cng cng')
      assert.equal(exchange(called, caller, 9000), 'ced')
      assert.deepEqual({ ...caller.counts }, { sent: 400, received: 400, other: 0, late: 0, malformed: 0 })
      assert.equal(caller.voiceMs, 0)
    }
  })

  it('hears CNG although packets are lost, and although none are sent in its pauses', () => {
    const caller = () => new AudioLeadIn({ ...BASE, tone: { kind: 'cng', afterMs: 0 } })
    assert.equal(
      exchange(caller(), new AudioLeadIn(BASE), 9000, (i) => i % 9 === 4),
      'cng cng cng',
    )
    assert.equal(
      exchange(caller(), new AudioLeadIn(BASE), 9000, (i) => i % 175 >= 25),
      'cng cng',
    )
  })

  it('drops copies and late packets, passes over other payloads, and counts what it cannot read', () => {
    const audio = new AudioLeadIn(BASE)
    const packet = (number: number, payloadType = 0, ssrc = 1) =>
      encodeRtp({
        payloadType,
        marker: false,
        sequence: number,
        timestamp: number * 160,
        ssrc,
        payload: new Uint8Array(160),
      })
    for (const number of [10, 11, 11, 13, 12]) audio.push(packet(number))
    audio.push(packet(14, 101))
    audio.push(packet(14, 13))
    audio.push(Uint8Array.of(0x80))
    // Another source is another stream: its numbers may be lower.
    audio.push(packet(5, 0, 2))
    assert.deepEqual({ ...audio.counts }, { sent: 0, received: 4, other: 2, late: 2, malformed: 1 })
  })

  it('is not drawn into work by timestamps that jump', () => {
    const audio = new AudioLeadIn(BASE)
    const payload = encodeG711('PCMU', sequence([20, tone(1100)]))
    for (let i = 0; i < 2000; i++) {
      audio.push(
        encodeRtp({
          payloadType: 0,
          marker: false,
          sequence: i,
          timestamp: Math.imul(i, 0x7ffff123) >>> 0,
          ssrc: 1,
          payload,
        }),
      )
    }
    assert.equal(audio.counts.malformed, 0)
    assert.equal(audio.voiceMs, 0)
  })
})
