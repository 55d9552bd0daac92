import type { Hearing } from '../../packages/protocol/src/t30/answerer/reactions.ts'
import type { AnswererSetup, Step, T30Case } from './case.ts'
import { ANSWERED, COMMITTING, DCS_IN, FIRST_CONFIRMED, PLAIN_COMMITTING, TRAINED } from './openings.ts'

/** Each place the answerer can be in, and what the things that may happen anywhere do there. */
export interface AnswererPlace {
  readonly name: string
  readonly hearing: Hearing
  readonly clause: string
  readonly answerer?: AnswererSetup
  readonly plain?: true
  readonly steps: readonly Step[]
  /** What a signal brings in which no frame can be read. */
  readonly afterNoise: string
  /** Pages and data exchanged of a call that ends here. */
  readonly ends: string
}

export const answererPlaceTable: readonly AnswererPlace[] = [
  {
    name: 'R_DIS',
    hearing: 'R_DIS',
    clause: 'while DIS is leaving',
    steps: [{ answer: 'start' }, { onLine: 'CSI, DIS' }],
    afterNoise: '',
    ends: '0 none',
  },
  {
    name: 'R_COMMAND',
    hearing: 'R_COMMAND',
    clause: 'while we wait for DCS',
    steps: ANSWERED,
    afterNoise: 'CSI, DIS',
    ends: '0 none',
  },
  {
    name: 'F_TCF',
    hearing: 'F_TCF',
    clause: 'while TCF is due',
    steps: DCS_IN,
    afterNoise: '',
    ends: '0 none',
  },
  {
    name: 'CFR-out',
    hearing: 'RESPONSE',
    clause: 'while CFR is leaving',
    steps: [...DCS_IN, { give: 'TCF' }, { onLine: 'CFR' }],
    afterNoise: '',
    ends: '0 none',
  },
  {
    name: 'F_RECEIVE',
    hearing: 'F_RECEIVE',
    clause: 'while a page is due',
    steps: TRAINED,
    afterNoise: '',
    ends: '0 none',
  },
  {
    name: 'block',
    hearing: 'F_RECEIVE',
    clause: 'after the frames of a block',
    steps: [...TRAINED, { give: 'frames 0-1 of 1' }],
    afterNoise: '',
    ends: '0 some',
  },
  {
    name: 'image',
    hearing: 'F_RECEIVE',
    clause: 'after the image of a page without ECM',
    plain: true,
    steps: [...TRAINED, { give: 'image 1' }],
    afterNoise: '',
    ends: '0 some',
  },
  {
    name: 'III_COMMITTING',
    hearing: 'III_COMMITTING',
    clause: 'while a page is being stored',
    steps: COMMITTING,
    afterNoise: '',
    ends: '0 some',
  },
  {
    name: 'III_COMMITTING-plain',
    hearing: 'III_COMMITTING',
    clause: 'while a page without ECM is being stored',
    plain: true,
    steps: PLAIN_COMMITTING,
    afterNoise: '',
    ends: '0 some',
  },
  {
    name: 'RNR-out',
    hearing: 'RESPONSE',
    clause: 'while RNR is leaving',
    steps: [...COMMITTING, { timer: 'patience' }, { onLine: 'RNR' }],
    afterNoise: '',
    ends: '0 some',
  },
  {
    name: 'NOT_READY',
    hearing: 'NOT_READY',
    clause: 'after RNR',
    steps: [...COMMITTING, { timer: 'patience' }, { expect: 'RNR' }],
    afterNoise: '',
    ends: '0 some',
  },
  {
    name: 'between-pages',
    hearing: 'F_RECEIVE',
    clause: 'between two pages',
    plain: true,
    steps: FIRST_CONFIRMED,
    afterNoise: '',
    ends: '1 some',
  },
]

const NOISES = ['junk', 'short', 'unknown', 'damaged', 'MCF', 'DIS', 'cut DCS', 'cut PPS'] as const

function casesAt({
  name,
  clause,
  answerer,
  plain,
  steps,
  afterNoise,
  ends,
}: AnswererPlace): readonly T30Case[] {
  const base = {
    role: 'answerer',
    ...(answerer && { answerer }),
    ...(plain && { sender: { ecm: false, scheme: 'MR' as const } }),
  } as const
  return [
    {
      ...base,
      id: `t30-a-dcn-${name}`,
      sentence: `DCN ${clause} ends the call at once (pages and data exchanged: ${ends}).`,
      steps: [...steps, { give: 'DCN' }, { expect: `end disconnected_early ${ends}` }, { running: '' }],
    },
    {
      ...base,
      id: `t30-a-noise-${name}`,
      sentence: `Frames that cannot be read, or have no place there, change nothing ${clause}.`,
      steps: [...steps, { give: NOISES.join(', ') }, { expect: afterNoise }],
    },
    {
      ...base,
      id: `t30-a-hangup-${name}`,
      sentence: `We hang up ${clause}: DCN leaves (pages and data exchanged: ${ends}).`,
      steps: [...steps, { answer: 'hang_up' }, { expect: `DCN, end hung_up ${ends}` }, { running: '' }],
    },
    {
      ...base,
      id: `t30-a-lost-${name}`,
      sentence: `The call breaks off ${clause}: nothing more leaves (pages and data exchanged: ${ends}).`,
      steps: [...steps, { answer: 'carrier_lost' }, { expect: `end carrier_lost ${ends}` }, { running: '' }],
    },
  ]
}

const REFUSING: readonly Step[] = [...ANSWERED, { give: 'DTC' }, { onLine: 'DCN' }]

const SETTLED: readonly T30Case[] = [
  {
    id: 't30-a-settled-dcn',
    sentence: 'What ended the call is told also when the far end says DCN into ours.',
    role: 'answerer',
    steps: [
      ...REFUSING,
      { give: 'DCN' },
      { expect: '' },
      { answer: 'sent' },
      { expect: 'end poll_refused 0 none' },
    ],
  },
  {
    id: 't30-a-settled-carrier_lost',
    sentence: 'What ended the call is told also when it breaks off during our DCN.',
    role: 'answerer',
    steps: [...REFUSING, { answer: 'carrier_lost' }, { expect: 'end poll_refused 0 none' }],
  },
  {
    id: 't30-a-settled-commit',
    sentence: 'A page whose storing fails after we hung up changes neither the DCN nor the result.',
    role: 'answerer',
    steps: [
      ...COMMITTING,
      { answer: 'hang_up' },
      { onLine: 'DCN' },
      { answer: 'page_not_committed' },
      { expect: '' },
      { answer: 'sent' },
      { expect: 'end hung_up 0 some' },
    ],
  },
  {
    id: 't30-a-settled-ok',
    sentence: 'A call that is lost after the last MCF went well.',
    role: 'answerer',
    steps: [
      ...COMMITTING,
      { answer: 'page_committed' },
      { expect: 'MCF' },
      { answer: 'carrier_lost' },
      { expect: 'end ok 1 some' },
    ],
  },
]

export const answererPlaces: readonly T30Case[] = [...answererPlaceTable.flatMap(casesAt), ...SETTLED]
