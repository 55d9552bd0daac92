import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import { parseNameAddr } from '@answerback/protocol/sip/message/name-addr'
import { parseMessage } from '@answerback/protocol/sip/message/parse-message'
import { type Framed, StreamFramer } from '@answerback/protocol/sip/message/stream-framer'
import { parseUri } from '@answerback/protocol/sip/message/uri'
import { parseVia } from '@answerback/protocol/sip/message/via'
import { readOffer } from '@answerback/protocol/sip/sdp/media'
import { parseSdp } from '@answerback/protocol/sip/sdp/parse-sdp'
import { DESCRIPTIONS } from '../../../../conformance/sip/descriptions.ts'
import { cpuMs, createDice, damage } from '../t4/damage.ts'
import { AUDIO, addressOf, createAgent, T38, TwoAgents, takesEverything, trunkTo } from './agents.ts'

const INPUTS = Number(process.env.ANSWERBACK_FUZZ_INPUTS ?? 20_000)
const SEED = Number(process.env.ANSWERBACK_FUZZ_SEED ?? 3)
const CPU_MS_MAX = 50

type Dice = (sides: number) => number

const utf8 = new TextEncoder()

/** Every message of a call to T.38 and back, as sound material to damage. */
function material(): Uint8Array[] {
  const net = new TwoAgents(1)
  net.react.b = takesEverything
  net.react.a = (event, agent, nowMs) => {
    if (event.kind === 'answered') agent.offerT38(event.callId, T38, nowMs)
  }
  const callId = net.a.placeCall({ trunkId: 'trunk', to: '100', from: '101', media: AUDIO }, 0)!
  net.run(1_000)
  net.a.hangUp(callId, net.nowMs)
  net.run(2_000)
  return net.sent.map(({ text }) => utf8.encode(text))
}

const PIECES = [
  ';',
  ',',
  '<',
  '>',
  '"',
  '\\',
  '\r\n',
  '\r\n ',
  '\n\n',
  ':',
  '=',
  '%00',
  'Via: ',
  'v: SIP/2.0/UDP x',
  ';tag=',
  '0',
  '4294967296',
  '\0',
  '\xff',
]

/** Damage that knows the grammar: bits turned, pieces put in, lines dropped, doubled or swapped. */
function mangle(sound: Uint8Array, dice: Dice): Uint8Array {
  if (dice(2) === 0) return damage(sound, dice)
  const text = String.fromCharCode(...sound)
  if (dice(2) === 0) {
    const at = dice(text.length)
    const piece = PIECES[dice(PIECES.length)]!.repeat(dice(20) === 0 ? 3_000 : 1 + dice(3))
    return Uint8Array.from(text.slice(0, at) + piece + text.slice(at + dice(4)), (char) => char.charCodeAt(0))
  }
  const lines = text.split('\r\n')
  const [from, to] = [dice(lines.length), dice(lines.length)]
  const [line] = dice(2) === 0 ? lines.splice(from, 1) : [lines[from]!]
  if (dice(3) > 0) lines.splice(to, 0, line!)
  return Uint8Array.from(lines.join('\r\n'), (char) => char.charCodeAt(0))
}

/** Runs it, and lets through nothing but what a parser may throw. */
function tolerate<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}

function hunt(what: string, count: number, run: (dice: Dice, i: number) => void): void {
  const dice = createDice(SEED)
  for (let i = 0; i < count; i++) {
    const spent = cpuMs(() => {
      try {
        run(dice, i)
      } catch (error) {
        throw new Error(`${what}: seed ${SEED}, input ${i}`, { cause: error })
      }
    })
    assert.ok(spent <= CPU_MS_MAX, `${what}: seed ${SEED}, input ${i} took ${spent} ms`)
  }
}

describe('Hostile SIP', () => {
  const messages = material()

  it('is parsed or refused with a typed error, in bounded time', () => {
    hunt('message', INPUTS, (dice) => {
      const message = tolerate(() => parseMessage(mangle(messages[dice(messages.length)]!, dice)))
      for (const [name, value] of message?.headers.lines ?? []) {
        if (name === 'via') tolerate(() => parseVia(value))
        else tolerate(() => parseUri(parseNameAddr(value, name).uri))
      }
    })
  })

  it('in descriptions is parsed or refused with a typed error, in bounded time', () => {
    const sound = Object.values(DESCRIPTIONS).map((lines) => utf8.encode(`${lines.join('\r\n')}\r\n`))
    hunt('description', INPUTS, (dice) => {
      const sdp = tolerate(() => parseSdp(mangle(sound[dice(sound.length)]!, dice)))
      const offer = sdp && readOffer(sdp, dice(2) === 0)
      const t38 = offer?.t38?.parameters
      if (t38 !== undefined) {
        assert.ok(t38.version >= 0 && t38.version <= 3 && t38.maxBitRateBps <= 33_600)
        assert.ok((t38.maxDatagramBytes ?? 1) >= 1 && (t38.maxDatagramBytes ?? 1) <= 65_535)
      }
    })
  })

  it('on a stream is cut, or the stream is given up, however its bytes arrive', () => {
    const cut = (stream: Uint8Array, pieceBytes: number): Framed[] | undefined =>
      tolerate(() => {
        const framer = new StreamFramer()
        const out: Framed[] = []
        for (let at = 0; at < stream.length; at += pieceBytes) {
          out.push(...framer.push(stream.subarray(at, at + pieceBytes)))
        }
        return out
      })
    hunt('stream', INPUTS / 10, (dice) => {
      const parts = Array.from({ length: 1 + dice(4) }, () => mangle(messages[dice(messages.length)]!, dice))
      const stream = Uint8Array.from(parts.flatMap((part) => [...part]))
      const whole = cut(stream, stream.length)
      assert.deepEqual(cut(stream, 1 + dice(50)), whole)
    })
  })

  it('never throws out of a user agent, leaves no call and no alarm, and gets no bytes of its own in an event', () => {
    let agent = createAgent('a', SEED)
    let nowMs = 0
    hunt('user agent', INPUTS, (dice, i) => {
      if (i % 500 === 0) {
        agent = createAgent('a', SEED + i, { limits: { callsMax: 20, transactionsMax: 200 } })
        agent.addTrunk(trunkTo('b'), nowMs)
      }
      if (dice(40) === 0)
        agent.placeCall({ trunkId: 'trunk', to: '1', from: '2', media: AUDIO, answerWithinMs: 20_000 }, nowMs)
      const sent = agent.takeEffects().filter((effect) => effect.kind === 'send')
      // Now and then an echo of its own words, so that responses and dialogs are reached.
      const echo =
        sent.length > 0 && dice(2) === 0 ? answerTo(sent[dice(sent.length)]!.bytes, dice) : undefined
      const bytes = echo ?? messages[dice(messages.length)]!
      agent.receive(dice(3) === 0 ? bytes : mangle(bytes, dice), addressOf('b'), nowMs)
      for (const effect of agent.takeEffects()) {
        if (effect.kind === 'incoming_call' && dice(2) === 0)
          agent.acceptCall(effect.callId, { media: AUDIO }, nowMs)
        if (effect.kind === 'media_offered' && dice(2) === 0) agent.acceptOffer(effect.callId, T38, nowMs)
        if (effect.kind === 'answered' && dice(3) === 0) agent.offerT38(effect.callId, T38, nowMs)
      }
      nowMs += dice(3_000)
      assert.ok(agent.callCount <= 20)
      if (i % 500 !== 499) return
      // Whatever is left ends by itself, but for sessions nobody hangs up.
      for (let n = 0; n < 2_000; n++) agent.hangUp(`call-${n}`, nowMs)
      nowMs += 600_000
      agent.advance(nowMs)
      assert.equal(agent.callCount, 0)
      assert.equal(agent.wakeMs, Number.POSITIVE_INFINITY)
    })
  })
})

/** A request answered as a peer might, or the message itself. */
function answerTo(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = String.fromCharCode(...bytes)
  if (text.startsWith('SIP/2.0')) return bytes
  const status = [100, 180, 183, 200, 200, 401, 407, 422, 486, 488, 491, 500][dice(12)]!
  const sdp = Object.values(DESCRIPTIONS)[dice(Object.keys(DESCRIPTIONS).length)]!.join('\r\n')
  const [head = ''] = text.split('\r\n\r\n')
  const headers = head
    .split('\r\n')
    .slice(1)
    .filter((line) => !/^content|^authorization/i.test(line))
    .map((line) => (/^To: [^;]*$/.test(line) ? `${line};tag=t${dice(3)}` : line))
  const extra = [
    'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256',
    'Min-SE: 400',
    'Session-Expires: 90;refresher=uac',
    'Require: 100rel\r\nRSeq: 1',
  ].filter(() => dice(3) === 0)
  const lines = [`SIP/2.0 ${status} X`, ...headers, ...extra, 'Content-Type: application/sdp', '', sdp, '']
  return utf8.encode(lines.join('\r\n'))
}
