import type { ControlField } from '../facsimile-control-field.ts'
import type { Command } from './caller-state.ts'

/** What the caller does about a frame while a command waits for its response. */
export type Reaction =
  | 'ignore'
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

/** CRP asks for the command again (§5.3.6.1.8); DCN may come at any moment. */
const ALWAYS: Table = { CRP: 'repeat', DCN: 'disconnected' }

/**
 * By the command that waits. What is not listed is ignored, and the command is repeated when T4 runs out. RTN to a PPS is
 * not in Annex A, but machines send it.
 */
const RESPONSES: Readonly<Record<Command['kind'], Table>> = {
  DCS: { ...ALWAYS, CFR: 'trained', FTT: 'train_slower', DIS: 'repeat' },
  POST: {
    ...ALWAYS,
    MCF: 'confirmed',
    PIP: 'confirmed',
    RTP: 'confirmed_train',
    RTN: 'refused',
    PIN: 'refused',
  },
  PPS: {
    ...ALWAYS,
    MCF: 'confirmed',
    PIP: 'confirmed',
    RTP: 'confirmed_train',
    RTN: 'refused',
    PIN: 'refused',
    PPR: 'send_missing',
    RNR: 'not_ready',
  },
  RR: { ...ALWAYS, MCF: 'confirmed', PIP: 'confirmed', PPR: 'send_missing', RNR: 'not_ready' },
  CTC: { ...ALWAYS, CTR: 'rate_changed' },
  EOR: { ...ALWAYS, ERR: 'given_up', RNR: 'not_ready' },
}

export function reactionTo(field: ControlField | undefined, command: Command['kind']): Reaction {
  return (field && RESPONSES[command][field]) ?? 'ignore'
}
