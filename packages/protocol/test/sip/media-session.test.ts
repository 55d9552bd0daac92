import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bytesOf, textOf } from '@answerback/protocol/sip/message/latin1'
import { MediaSession } from '@answerback/protocol/sip/sdp/media-session'
import { parseSdp } from '@answerback/protocol/sip/sdp/parse-sdp'
import {
  readT38Parameters,
  type T38Parameters,
  writeT38Parameters,
} from '@answerback/protocol/sip/sdp/t38-parameters'
import fc from 'fast-check'
import { AUDIO, T38 } from './agents.ts'
import { sdpText } from './scripted-peer.ts'

const peers = (name: string) => parseSdp(bytesOf(sdpText(name)))

function audioSession(): MediaSession {
  const session = new MediaSession('7')
  const proposal = session.offer(AUDIO)
  session.commit(proposal, session.read(proposal, peers('audio')), peers('audio'))
  return session
}

describe('A media session', () => {
  it('writes an offer of G.711 that says what RFC 8866 wants, in its order', () => {
    assert.equal(
      textOf(new MediaSession('7').offer(AUDIO).body),
      [
        'v=0',
        'o=answerback 7 1 IN IP4 192.0.2.1',
        's=-',
        'c=IN IP4 192.0.2.1',
        't=0 0',
        'm=audio 20000 RTP/AVP 0 8',
        'a=rtpmap:0 PCMU/8000',
        'a=rtpmap:8 PCMA/8000',
        'a=ptime:20',
        'a=sendrecv',
        '',
      ].join('\r\n'),
    )
  })

  it('writes an offer of T.38 with every attribute of Annex D and no gateway function', () => {
    const body = textOf(audioSession().offer(T38).body)
    assert.deepEqual(body.split('\r\n').slice(5), [
      'm=image 20002 udptl t38',
      'a=T38FaxVersion:0',
      'a=T38MaxBitRate:14400',
      'a=T38FaxRateManagement:transferredTCF',
      'a=T38FaxMaxBuffer:2000',
      'a=T38FaxMaxDatagram:400',
      'a=T38FaxUdpEC:t38UDPRedundancy',
      '',
    ])
  })

  it('is the same after any number of proposals until one is committed', () => {
    const session = audioSession()
    const before = [session.current, session.negotiated, session.local]
    session.offer(T38)
    session.answer(peers('t38'), T38)
    session.offer(T38)
    assert.deepEqual([session.current, session.negotiated, session.local], before)
  })

  it('proposes what is in force with the version that is in force', () => {
    const session = audioSession()
    const current = session.current!
    session.offer(T38)
    assert.equal(session.offer(AUDIO), current)
  })

  it('sends under the sizes the peer stated, not ours', () => {
    const answer = audioSession().answer(peers('t38'), T38)!
    assert.ok(answer.negotiated.kind === 't38')
    assert.equal(answer.negotiated.parameters.maxDatagramBytes, 1_400)
    assert.match(textOf(answer.body), /a=T38FaxMaxDatagram:400\r\n/)
  })

  it('uses FEC only where both ends said so', () => {
    const fec = { ...T38, parameters: { ...T38.parameters, errorCorrection: 'fec' } } as const
    const used = (local: typeof T38 | typeof fec) => {
      const { negotiated } = audioSession().answer(peers('t38 version 3 with FEC'), local)!
      return negotiated.kind === 't38' && negotiated.parameters.errorCorrection
    }
    assert.deepEqual([used(T38), used(fec)], ['redundancy', 'fec'])
  })

  it('has no answer with media that is not on offer', () => {
    const session = audioSession()
    assert.equal(session.answer(peers('audio'), T38), undefined)
    assert.equal(session.answer(peers('t38'), AUDIO), undefined)
    assert.equal(session.answer(peers('t38 over RTP'), T38), undefined)
  })

  it('speaks IPv6 where its socket does', () => {
    const body = textOf(new MediaSession('7').offer({ ...AUDIO, host: '2001:db8::1' }).body)
    assert.match(body, /\r\nc=IN IP6 2001:db8::1\r\n/)
  })

  it('reads back every set of T.38 parameters it can write', () => {
    const octets = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined })
    const parameters: fc.Arbitrary<T38Parameters> = fc.record({
      version: fc.integer({ min: 0, max: 3 }),
      maxBitRateBps: fc.constantFrom(2_400, 9_600, 14_400, 33_600),
      rateManagement: fc.constantFrom('transferredTCF', 'localTCF'),
      maxBufferBytes: octets,
      maxDatagramBytes: octets,
      maxIfpBytes: octets,
      errorCorrection: fc.constantFrom('redundancy', 'fec', 'none'),
      fillBitRemoval: fc.boolean(),
      transcodingMmr: fc.boolean(),
      transcodingJbig: fc.boolean(),
    })
    fc.assert(
      fc.property(parameters, (written) => {
        const lines = writeT38Parameters(written).map(
          (line) => line.split(':') as [string, string | undefined],
        )
        assert.deepEqual(readT38Parameters(lines), { ...written })
      }),
    )
  })
})
