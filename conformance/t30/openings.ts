import type { Step } from './case.ts'

/** How far a call of ours has come: steps that many cases begin with. */

const CALLED: readonly Step[] = [{ answer: 'start' }, { give: 'CSI, DIS' }]

/** With ECM: DCS and TCF have left. */
export const DCS_OUT: readonly Step[] = [...CALLED, { expect: 'TSI, DCS V17_14400 ECM MMR, TCF V17_14400' }]

/** Trained, and the first of several pages, or the only one, is announced to the driver. */
export const ANNOUNCED: readonly Step[] = [...DCS_OUT, { give: 'CFR' }, { expect: 'announce 1' }]

export const BLOCK_OUT: readonly Step[] = [
  ...ANNOUNCED,
  { answer: 'page_announced' },
  { expect: 'block V17_14400 short 0-2, PPS-EOP 0 0 3' },
]

/** The same with a page to follow. */
export const FIRST_BLOCK_OUT: readonly Step[] = [
  ...ANNOUNCED,
  { answer: 'page_announced' },
  { expect: 'block V17_14400 short 0-2, PPS-MPS 0 0 3' },
]

/** Without ECM. */
export const PLAIN_ANNOUNCED: readonly Step[] = [
  ...CALLED,
  { expect: 'TSI, DCS V17_14400 plain MR, TCF V17_14400' },
  { give: 'CFR' },
  { expect: 'announce 1' },
]

export const IMAGE_OUT: readonly Step[] = [
  ...PLAIN_ANNOUNCED,
  { answer: 'page_announced' },
  { expect: 'image V17_14400 short, EOP' },
]

export const FIRST_IMAGE_OUT: readonly Step[] = [
  ...PLAIN_ANNOUNCED,
  { answer: 'page_announced' },
  { expect: 'image V17_14400 short, MPS' },
]

/** Four requests for the same frame. */
export const FOURTH_REQUEST: readonly Step[] = [
  ...BLOCK_OUT,
  ...Array.from({ length: 3 }, (): readonly Step[] => [
    { give: 'PPR 1' },
    { expect: 'block V17_14400 short 1, PPS-EOP 0 0 1' },
  ]).flat(),
  { give: 'PPR 1' },
]

/** A caller with one speed, and its frames given up. */
export const SLOWEST = { bitRateMax: 2400 } as const

export const GIVEN_UP: readonly Step[] = [
  { answer: 'start' },
  { give: 'DIS' },
  { expect: 'TSI, DCS V27TER_2400, TCF' },
  { give: 'CFR' },
  { expect: 'announce 1' },
  { answer: 'page_announced' },
  { expect: 'block V27TER_2400 short 0-2, PPS-EOP 0 0 3' },
  ...Array.from({ length: 3 }, (): readonly Step[] => [
    { give: 'PPR 1' },
    { expect: 'block V27TER_2400 short 1, PPS-EOP 0 0 1' },
  ]).flat(),
  { give: 'PPR 1' },
  { expect: 'EOR-EOP' },
]

export const ANSWERED: readonly Step[] = [{ answer: 'start' }, { expect: 'CSI, DIS' }]

export const DCS_IN: readonly Step[] = [...ANSWERED, { give: 'TSI, DCS' }]

export const TRAINED: readonly Step[] = [...DCS_IN, { give: 'TCF' }, { expect: 'CFR' }]

/** With ECM: a page has come whole, and is with the driver. */
export const COMMITTING: readonly Step[] = [
  ...TRAINED,
  { give: 'frames 0-2 of 1' },
  { give: 'PPS-EOP 0 0 3' },
  { expect: 'commit 1 clean' },
]

/** Without ECM. */
export const PLAIN_COMMITTING: readonly Step[] = [
  ...TRAINED,
  { give: 'image 1' },
  { give: 'EOP' },
  { expect: 'commit 1 clean' },
]

/** The first of several pages is stored and confirmed. */
export const FIRST_CONFIRMED: readonly Step[] = [
  ...TRAINED,
  { give: 'image 1' },
  { give: 'MPS' },
  { expect: 'commit 1 clean' },
  { answer: 'page_committed' },
  { expect: 'MCF' },
]
