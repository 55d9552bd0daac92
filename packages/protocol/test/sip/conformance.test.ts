import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bytesOf } from '@answerback/protocol/sip/message/latin1'
import { readOffer } from '@answerback/protocol/sip/sdp/media'
import { parseSdp } from '@answerback/protocol/sip/sdp/parse-sdp'
import { CALL_CASES } from '../../../../conformance/sip/call-cases.ts'
import { MEDIA_CASES } from '../../../../conformance/sip/media-cases.ts'
import { T38_CASES } from '../../../../conformance/sip/t38-cases.ts'
import { ScriptedPeer, sdpText } from './scripted-peer.ts'

describe('SIP conformance', () => {
  for (const sipCase of [...CALL_CASES, ...T38_CASES]) {
    it(`${sipCase.id}: ${sipCase.sentence}`, () => {
      const peer = new ScriptedPeer()
      peer.play(sipCase)
      peer.finish()
    })
  }

  for (const { id, sentence, sdp, t38, preferred } of MEDIA_CASES) {
    it(`${id}: ${sentence}`, () => {
      const offer = readOffer(parseSdp(bytesOf(sdpText(sdp))), true)
      if (t38 === undefined) {
        assert.equal(offer?.t38, undefined)
        return
      }
      const read = { ...offer?.t38?.parameters, host: offer?.t38?.host }
      for (const [name, value] of Object.entries(t38))
        assert.equal(read[name as keyof typeof read], value, name)
      if (preferred !== undefined) assert.equal(offer?.preferred, preferred)
    })
  }

  it('has one id a case', () => {
    const ids = [...CALL_CASES, ...T38_CASES, ...MEDIA_CASES].map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length)
  })
})
