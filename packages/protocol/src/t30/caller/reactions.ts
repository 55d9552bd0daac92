import type { ControlField } from '../facsimile-control-field.ts'
import type { Command, Place } from './caller-state.ts'

/** What the caller does about a frame. */
export type Reaction =
  | 'ignore'
  /** NSF. */
  | 'note_facilities'
  /** CSI. */
  | 'note_identity'
  /** DIS: settle what both can do, and train. */
  | 'negotiate'
  /** DTC: the far end wants to fetch a document from us; it did not say that it receives. */
  | 'cannot_receive'
  /** Send the command again: the far end did not understand, or did not hear it. */
  | 'repeat'
  /** CFR. */
  | 'trained'
  /** FTT: fall back and train again. */
  | 'train_slower'
  /** MCF, or PIP: an operator is wanted, and the page is good (T.30 §5.3.6.1.7). */
  | 'confirmed'
  /** RTP: the page is good, training must precede the next. */
  | 'confirmed_train'
  /** RTN, or PIN: the page is not good; train and send it again. */
  | 'refused'
  /** PPR: some frames are missing. */
  | 'send_missing'
  /** RNR. */
  | 'not_ready'
  /** CTR. */
  | 'rate_changed'
  /** ERR: the far end has let go of the missing frames. */
  | 'given_up'
  | 'disconnected'

type Table = Readonly<Partial<Record<ControlField, Reaction>>>

/** DCN may come at any moment: nobody listens any more. */
const ONLY_DCN: Table = { DCN: 'disconnected' }

/** CRP asks for the command again (§5.3.6.1.8). */
const ANY_RESPONSE: Table = { ...ONLY_DCN, CRP: 'repeat' }

const ANSWERS_TO_PAGE: Table = {
  ...ANY_RESPONSE,
  MCF: 'confirmed',
  PIP: 'confirmed',
  RTP: 'confirmed_train',
  RTN: 'refused',
  PIN: 'refused',
}

/** RTN and RTP are not in Annex A, but machines answer a PPS with them. */
const ANSWERS_TO_BLOCK: Table = { ...ANSWERS_TO_PAGE, PPR: 'send_missing', RNR: 'not_ready' }

const ANSWERS_TO_GIVING_UP: Table = { ...ANY_RESPONSE, ERR: 'given_up', RNR: 'not_ready' }

/** By the command that waits for its response. What is not listed is ignored: the command is repeated when T4 runs out. */
const IN_RESPONSE: Readonly<Record<Command['kind'], Table>> = {
  DCS: { ...ANY_RESPONSE, CFR: 'trained', FTT: 'train_slower', DIS: 'repeat' },
  POST: ANSWERS_TO_PAGE,
  PPS: ANSWERS_TO_BLOCK,
  RR: ANSWERS_TO_BLOCK,
  CTC: { ...ANY_RESPONSE, CTR: 'rate_changed' },
  EOR: ANSWERS_TO_GIVING_UP,
  RR_EOR: ANSWERS_TO_GIVING_UP,
}

/** While we speak or the driver thinks, the far end has nothing to say but that it has gone. */
const IN_OTHER_PLACES: Readonly<Record<Exclude<Place['name'], 'RESPONSE'>, Table>> = {
  T: {
    ...ONLY_DCN,
    NSF: 'note_facilities',
    CSI: 'note_identity',
    DIS: 'negotiate',
    DTC: 'cannot_receive',
  },
  B_IDENTITY: ONLY_DCN,
  I_ANNOUNCING: ONLY_DCN,
  I_PAGE: ONLY_DCN,
  COMMAND: ONLY_DCN,
  II_RECORDING: ONLY_DCN,
  C_DCN: {},
  ENDED: {},
}

/** A place of the caller, as far as frames are concerned: a response is told by its command. */
export type Hearing = Exclude<Place['name'], 'RESPONSE'> | Command['kind']

const TABLES: Readonly<Record<Hearing, Table>> = { ...IN_OTHER_PLACES, ...IN_RESPONSE }

/** All of them, so that a test can go through every frame in every place. */
export const HEARINGS = Object.keys(TABLES) as readonly Hearing[]

/** What a frame means where it is heard; one that is not expected there, or is none we know, is passed over. */
export function reactionTo(field: ControlField | undefined, hearing: Hearing): Reaction {
  return (field && TABLES[hearing][field]) ?? 'ignore'
}

/** The table that goes with a place: after a post-message command it is the command's. */
export function hearingIn(place: Place): Hearing {
  return place.name === 'RESPONSE' ? place.command.kind : place.name
}
