import type { ControlField } from '../facsimile-control-field.ts'
import type { Place } from './answerer-state.ts'

/** What the answerer does about a frame. */
export type Reaction =
  | 'ignore'
  /** TSI, SUB. */
  | 'note_identity'
  /** DCS: TCF follows. */
  | 'take_settings'
  /** DTC: there is nothing to fetch here. */
  | 'refuse_poll'
  /** FCD: a frame of the block under way. */
  | 'take_frame'
  /** MPS, EOM, EOP, and their PRI forms: a page without ECM is over. */
  | 'close_page'
  /** PPS: a block is over. */
  | 'close_block'
  /** EOR: the sender gives up the frames that are missing. */
  | 'give_up_frames'
  /** RR: is the page stored by now? */
  | 'say_whether_ready'
  /** CTC: the sender goes on at another speed. */
  | 'change_rate'
  /** CRP. */
  | 'repeat_answer'
  | 'disconnected'

type Table = Readonly<Partial<Record<ControlField, Reaction>>>

/** DCN may come at any moment: nobody listens any more. */
const ONLY_DCN: Table = { DCN: 'disconnected' }

/** A DCS may meet a repeated DIS on its way: the caller has heard the one before. */
const IDENTIFYING: Table = {
  ...ONLY_DCN,
  TSI: 'note_identity',
  SUB: 'note_identity',
  DCS: 'take_settings',
  DTC: 'refuse_poll',
}

/** The page is with the driver, and RNR has said so. */
const NOT_READY: Table = {
  ...ONLY_DCN,
  PPS: 'close_block',
  RR: 'say_whether_ready',
  CRP: 'repeat_answer',
}

/** A page is over; or, where nothing of a page came, the answer to the one before was not heard. */
const CLOSING: Table = {
  ...NOT_READY,
  MPS: 'close_page',
  EOM: 'close_page',
  EOP: 'close_page',
  'PRI-MPS': 'close_page',
  'PRI-EOM': 'close_page',
  'PRI-EOP': 'close_page',
  EOR: 'give_up_frames',
}

/** A place of the answerer, as far as frames are concerned. */
export type Hearing = Place['name'] | 'NOT_READY'

/** What is not listed is ignored: T.30 §5.3.6 has fields that only answer what we never ask. */
const TABLES: Readonly<Record<Hearing, Table>> = {
  R_DIS: IDENTIFYING,
  R_COMMAND: { ...IDENTIFYING, ...CLOSING },
  F_TCF: IDENTIFYING,
  F_RECEIVE: { ...IDENTIFYING, ...CLOSING, FCD: 'take_frame', CTC: 'change_rate' },
  NOT_READY,
  III_COMMITTING: ONLY_DCN,
  RESPONSE: ONLY_DCN,
  C_DCN: {},
  ENDED: {},
}

/** All of them, so that a test can go through every frame in every place. */
export const HEARINGS = Object.keys(TABLES) as readonly Hearing[]

/** What a frame means where it is heard; one that is not expected there, or is none we know, is passed over. */
export function reactionTo(field: ControlField | undefined, hearing: Hearing): Reaction {
  return (field && TABLES[hearing][field]) ?? 'ignore'
}
