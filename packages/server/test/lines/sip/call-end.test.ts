import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaxCallEnd, FaxCallOutcome, Heard } from '@answerback/protocol/fax-call/fax-call-types'
import type { T30End } from '@answerback/protocol/t30/result'
import { callEndOf } from '../../../src/adapters/lines/sip/call-end.ts'
import type { CallEnd } from '../../../src/domain/fax/disposition.ts'

const SILENCE: Heard = { faxTone: false, voiceMs: 0 }
const SPEECH: Heard = { faxTone: false, voiceMs: 2_000 }
const FAX_TONE: Heard = { faxTone: true, voiceMs: 0 }
const DELIVERED: T30End = {
  result: 'ok',
  pages: 2,
  dataExchanged: 'some',
  settings: undefined,
  remoteId: undefined,
  remoteNsf: undefined,
  subAddress: undefined,
}

interface Case {
  readonly title: string
  readonly outcome: FaxCallOutcome
  readonly end: CallEnd
}

/** At least one of each kind: the compiler misses the one that is forgotten. */
const CASES: Readonly<Record<FaxCallOutcome['kind'], readonly Case[]>> = {
  fax: [
    {
      title: 'a fax confirmed to its last page is delivered',
      outcome: { kind: 'fax', t30: DELIVERED },
      end: { disposition: 'delivered', dataExchanged: 'some', t30Result: 'ok' },
    },
    {
      title: 'a fax whose last answer was not heard is an unknown outcome, whatever ended it',
      outcome: { kind: 'fax', t30: { ...DELIVERED, result: 'carrier_lost', dataExchanged: 'unknown' } },
      end: { disposition: 'outcome_unknown', dataExchanged: 'unknown', t30Result: 'carrier_lost' },
    },
    {
      title: 'the far end’s names stay beside the disposition',
      outcome: {
        kind: 'fax',
        t30: {
          ...DELIVERED,
          result: 'training_failed',
          dataExchanged: 'none',
          remoteId: '555',
          remoteNsf: '00',
        },
      },
      end: {
        disposition: 'training_failed',
        dataExchanged: 'none',
        t30Result: 'training_failed',
        remoteId: '555',
        remoteNsf: '00',
      },
    },
    {
      title: 'a call that we ended in the middle of a page says that data went out',
      outcome: { kind: 'fax', t30: { ...DELIVERED, result: 'hung_up' } },
      end: { disposition: 'canceled', dataExchanged: 'some', t30Result: 'hung_up' },
    },
  ],
  not_answered: [
    {
      title: 'a busy line keeps its status and cause',
      outcome: { kind: 'not_answered', status: 486, q850Cause: 17, cause: 'busy' },
      end: { disposition: 'busy', dataExchanged: 'none', sipStatus: 486, q850Cause: 17 },
    },
    {
      title: 'credentials that the carrier refuses are as good as no carrier',
      outcome: { kind: 'not_answered', status: 401, q850Cause: undefined, cause: 'unauthorized' },
      end: { disposition: 'carrier_down', dataExchanged: 'none', sipStatus: 401 },
    },
  ],
  no_t38: [
    {
      title: 'T.38 refused on a silent line is the carrier’s refusal, with its status',
      outcome: { kind: 'no_t38', refusedWith: 488, heard: SILENCE },
      end: { disposition: 't38_refused', dataExchanged: 'none', sipStatus: 488 },
    },
    {
      title: 'T.38 refused by somebody who speaks is no fax machine',
      outcome: { kind: 'no_t38', refusedWith: 488, heard: SPEECH },
      end: { disposition: 'no_fax_tone', dataExchanged: 'none', sipStatus: 488 },
    },
    {
      title: 'a fax tone and no T.38 is the carrier’s doing, though nobody refused',
      outcome: { kind: 'no_t38', refusedWith: undefined, heard: FAX_TONE },
      end: { disposition: 't38_refused', dataExchanged: 'none' },
    },
    {
      title: 'silence and no T.38 is no fax machine',
      outcome: { kind: 'no_t38', refusedWith: undefined, heard: SILENCE },
      end: { disposition: 'no_fax_tone', dataExchanged: 'none' },
    },
  ],
  dropped: [
    {
      title: 'a machine’s call that was cut off before T.38 was dropped',
      outcome: { kind: 'dropped', q850Cause: 41, heard: FAX_TONE },
      end: { disposition: 'call_dropped', dataExchanged: 'none', q850Cause: 41 },
    },
    {
      title: 'whoever hangs up without a fax tone was no fax machine',
      outcome: { kind: 'dropped', q850Cause: undefined, heard: SPEECH },
      end: { disposition: 'no_fax_tone', dataExchanged: 'none' },
    },
  ],
  canceled: [
    {
      title: 'a call that we gave up before T.38 is canceled',
      outcome: { kind: 'canceled' },
      end: { disposition: 'canceled', dataExchanged: 'none' },
    },
  ],
}

const told = { answeredAfterMs: undefined, t38AskedBy: undefined, timeline: [], timelineCut: 0 } as const

for (const { title, outcome, end } of Object.values(CASES).flat()) {
  test(title, () => assert.deepEqual(callEndOf({ ...told, outcome }), { ...end, timeline: [] }))
}

test('who asked for T.38, and when the far end answered, is told in the domain’s words', () => {
  const outcome = { kind: 'canceled' } as const
  const seen = (t38AskedBy: FaxCallEnd['t38AskedBy']) =>
    callEndOf({ ...told, outcome, answeredAfterMs: 4_000, t38AskedBy })
  assert.equal(seen('us').t38Mode, 'offer')
  assert.equal(seen('them').t38Mode, 'wait')
  assert.equal(seen('us').answeredAfterMs, 4_000)
  assert.ok(!('t38Mode' in seen(undefined)))
})
