import type { Hearing } from '../../packages/protocol/src/t30/caller/reactions.ts'
import type { CallerSetup, Step, T30Case } from './case.ts'
import {
  ANNOUNCED,
  BLOCK_OUT,
  DCS_OUT,
  FIRST_BLOCK_OUT,
  FOURTH_REQUEST,
  GIVEN_UP,
  IMAGE_OUT,
  SLOWEST,
} from './openings.ts'

/** Each place the caller can be in, and what the things that may happen anywhere do there. */
export interface CallerPlace {
  readonly name: string
  readonly hearing: Hearing
  readonly clause: string
  readonly caller?: CallerSetup
  readonly plain?: true
  readonly steps: readonly Step[]
  /** What a signal brings in which no frame can be read. */
  readonly afterNoise: string
  /** Pages and data exchanged of a call that ends here; `0 none` for the place before any image. */
  readonly ends: string
}

export const callerPlaceTable: readonly CallerPlace[] = [
  {
    name: 'T',
    hearing: 'T',
    clause: 'while we wait for DIS',
    steps: [{ answer: 'start' }],
    afterNoise: '',
    ends: '0 none',
  },
  {
    name: 'B_IDENTITY',
    hearing: 'B_IDENTITY',
    clause: 'while the driver looks at the identification',
    caller: { checksIdentity: true },
    steps: [{ answer: 'start' }, { give: 'CSI, DIS' }, { expect: 'ask' }],
    afterNoise: '',
    ends: '0 none',
  },
  {
    name: 'DCS-out',
    hearing: 'COMMAND',
    clause: 'while DCS and TCF are leaving',
    steps: [{ answer: 'start' }, { give: 'CSI, DIS' }, { onLine: 'TSI, DCS, TCF' }],
    afterNoise: '',
    ends: '0 none',
  },
  {
    name: 'DCS',
    hearing: 'DCS',
    clause: 'after DCS',
    steps: DCS_OUT,
    afterNoise: 'TSI, DCS V17_14400, TCF V17_14400',
    ends: '0 none',
  },
  {
    name: 'I_ANNOUNCING',
    hearing: 'I_ANNOUNCING',
    clause: 'while the driver records that a page will leave',
    steps: ANNOUNCED,
    afterNoise: '',
    ends: '0 none',
  },
  {
    name: 'I_PAGE',
    hearing: 'I_PAGE',
    clause: 'in the middle of a block',
    steps: [...ANNOUNCED, { answer: 'page_announced' }, { onLine: 'block V17_14400 short 0-2' }],
    afterNoise: '',
    ends: '0 some',
  },
  {
    name: 'PPS-out',
    hearing: 'COMMAND',
    clause: 'while PPS-EOP is leaving',
    steps: [...BLOCK_OUT.slice(0, -1), { onLine: 'block V17_14400 short 0-2, PPS-EOP 0 0 3' }],
    afterNoise: '',
    ends: '0 unknown',
  },
  {
    name: 'PPS',
    hearing: 'PPS',
    clause: 'after PPS-EOP',
    steps: BLOCK_OUT,
    afterNoise: 'PPS-EOP 0 0 3',
    ends: '0 unknown',
  },
  {
    name: 'PPS-MPS',
    hearing: 'PPS',
    clause: 'after PPS-MPS',
    caller: { pages: ['small', 'small'] },
    steps: FIRST_BLOCK_OUT,
    afterNoise: 'PPS-MPS 0 0 3',
    ends: '0 some',
  },
  {
    name: 'EOP',
    hearing: 'POST',
    clause: 'after EOP',
    plain: true,
    steps: IMAGE_OUT,
    afterNoise: 'EOP',
    ends: '0 unknown',
  },
  {
    name: 'RR',
    hearing: 'RR',
    clause: 'after RR',
    steps: [...BLOCK_OUT, { give: 'RNR' }, { expect: 'RR' }],
    afterNoise: 'RR',
    ends: '0 unknown',
  },
  {
    name: 'CTC',
    hearing: 'CTC',
    clause: 'after CTC',
    steps: [...FOURTH_REQUEST, { expect: 'CTC V17_12000' }],
    afterNoise: 'CTC V17_12000',
    ends: '0 some',
  },
  {
    name: 'EOR',
    hearing: 'EOR',
    clause: 'after EOR',
    caller: SLOWEST,
    steps: GIVEN_UP,
    afterNoise: 'EOR-EOP',
    ends: '0 some',
  },
  {
    name: 'RR_EOR',
    hearing: 'RR_EOR',
    clause: 'after RR for an EOR',
    caller: SLOWEST,
    steps: [...GIVEN_UP, { give: 'RNR' }, { expect: 'RR' }],
    afterNoise: 'RR',
    ends: '0 some',
  },
  {
    name: 'II_RECORDING',
    hearing: 'II_RECORDING',
    clause: 'while the driver records a confirmed page',
    caller: { pages: ['small', 'small'] },
    steps: [...FIRST_BLOCK_OUT, { give: 'MCF' }, { expect: 'record 1' }],
    afterNoise: '',
    ends: '1 some',
  },
]

const NOISES = ['junk', 'short', 'unknown', 'damaged', 'TSI', 'cut DIS'] as const

function casesAt({ name, clause, caller, plain, steps, afterNoise, ends }: CallerPlace): readonly T30Case[] {
  const base = {
    role: 'caller',
    ...(caller && { caller }),
    ...(plain && { receiver: { ecm: false } }),
  } as const
  const disconnected = ends === '0 none' ? 'disconnected_before_page' : 'disconnected_after_page'
  return [
    {
      ...base,
      id: `t30-c-dcn-${name}`,
      sentence: `DCN ${clause} ends the call at once (pages and data exchanged: ${ends}).`,
      steps: [...steps, { give: 'DCN' }, { expect: `end ${disconnected} ${ends}` }, { running: '' }],
    },
    {
      ...base,
      id: `t30-c-noise-${name}`,
      sentence: `Frames that cannot be read, or have no place there, change nothing ${clause}.`,
      steps: [...steps, { give: NOISES.join(', ') }, { expect: afterNoise }],
    },
    {
      ...base,
      id: `t30-c-hangup-${name}`,
      sentence: `We hang up ${clause}: DCN leaves (pages and data exchanged: ${ends}).`,
      steps: [...steps, { answer: 'hang_up' }, { expect: `DCN, end hung_up ${ends}` }, { running: '' }],
    },
    {
      ...base,
      id: `t30-c-lost-${name}`,
      sentence: `The call breaks off ${clause}: nothing more leaves (pages and data exchanged: ${ends}).`,
      steps: [...steps, { answer: 'carrier_lost' }, { expect: `end carrier_lost ${ends}` }, { running: '' }],
    },
  ]
}

/** The result was settled before DCN: neither the far end’s DCN nor the end of the call changes it. */
const AFTER_DCN: readonly T30Case[] = (['DCN', 'carrier_lost', 'hang_up'] as const).map((event) => ({
  id: `t30-c-settled-${event.toLowerCase()}`,
  sentence: `${event} while our last DCN is leaving does not change a fax that was delivered.`,
  role: 'caller',
  steps: [
    ...BLOCK_OUT,
    { give: 'MCF' },
    { onLine: 'record 1, DCN' },
    event === 'DCN' ? { give: 'DCN' } : { answer: event },
    ...(event === 'carrier_lost' ? [] : [{ expect: '' } as const, { answer: 'sent' } as const]),
    { expect: 'end ok 1 some' },
  ],
}))

export const callerPlaces: readonly T30Case[] = [...callerPlaceTable.flatMap(casesAt), ...AFTER_DCN]
