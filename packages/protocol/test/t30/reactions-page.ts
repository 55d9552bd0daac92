import {
  HEARINGS as ANSWERER,
  type Reaction as AnswererReaction,
  reactionTo as ofAnswerer,
} from '../../src/t30/answerer/reactions.ts'
import {
  HEARINGS as CALLER,
  type Reaction as CallerReaction,
  reactionTo as ofCaller,
} from '../../src/t30/caller/reactions.ts'
import { CONTROL_FIELD_NAMES, type ControlField } from '../../src/t30/facsimile-control-field.ts'

type Told<Reaction extends string> = Readonly<Record<Exclude<Reaction, 'ignore'>, string>>

const CALLER_TOLD: Told<CallerReaction> = {
  note_facilities: 'kept as evidence',
  note_identity: 'kept; asked about again if it has changed',
  negotiate: 'settles what both can do, asks the driver if it wants to be asked, and trains',
  cannot_receive: 'DCN: nothing of ours is to be fetched',
  repeat: 'the command again, three times in all',
  trained: 'the page is announced to the driver, then sent',
  train_slower: 'DCS and TCF at the next lower speed; DCN after the slowest',
  confirmed: 'the page is recorded; the next one, or DCN',
  confirmed_train: 'the page is recorded; training before the next one',
  refused: 'the page once more, slower; DCN the second time',
  send_missing: 'the missing frames; after the fourth request CTC, or EOR at the slowest speed',
  not_ready: 'RR, until T5',
  rate_changed: 'the missing frames at the new speed',
  given_up: 'DCN: the page did not arrive whole',
  disconnected: 'the end of the call',
}

const ANSWERER_TOLD: Told<AnswererReaction> = {
  note_identity: 'kept as evidence',
  take_settings: 'waits for TCF; DCN where it names what was not offered',
  refuse_poll: 'DCN: there is nothing to fetch here',
  take_frame: 'kept for its block',
  close_page:
    'the page goes to the driver, then MCF; RTN where it is too bad; the same answer again where no page came',
  close_block:
    'PPR for missing frames; MCF for a block; a page goes to the driver, then MCF; RNR while that takes long',
  give_up_frames: 'what there is goes to the driver, then ERR',
  say_whether_ready: 'MCF or ERR once the page is stored, RNR before',
  change_rate: 'CTR',
  repeat_answer: 'the last answer again',
  disconnected: 'the end of the call',
}

/** `docs/reference/t30-reactions.md`: a test holds the committed file to this. */
export function reactionsPage(): string {
  return [
    '# What each T.30 frame does in each place',
    '',
    'Generated from `packages/protocol/src/t30/caller/reactions.ts` and `answerer/reactions.ts`. Every pair of a place and a frame',
    'stands here: what a row does not name is ignored, and so is a frame that cannot be read or that no edition of T.30 names.',
    'An ignored frame is no answer: the command it should have answered is repeated, three times in all, and every wait has a timer.',
    '',
    ...section('Caller', CALLER, ofCaller, CALLER_TOLD, CALLER_PLACES),
    ...section('Answerer', ANSWERER, ofAnswerer, ANSWERER_TOLD, ANSWERER_PLACES),
  ].join('\n')
}

const CALLER_PLACES = {
  T: 'waiting for DIS',
  B_IDENTITY: 'the driver looks at the identification',
  I_ANNOUNCING: 'the driver records that a page will leave',
  I_PAGE: 'a page or block is leaving',
  COMMAND: 'a command is leaving',
  II_RECORDING: 'the driver records a confirmed page',
  C_DCN: 'DCN is leaving',
  ENDED: 'the call is over',
  DCS: 'DCS and TCF wait for an answer',
  POST: 'MPS, EOM or EOP waits for an answer',
  PPS: 'PPS waits for an answer',
  RR: 'RR waits for an answer',
  CTC: 'CTC waits for an answer',
  EOR: 'EOR waits for an answer',
  RR_EOR: 'RR after EOR waits for an answer',
} as const

const ANSWERER_PLACES = {
  R_DIS: 'DIS is leaving',
  R_COMMAND: 'waiting for DCS',
  F_TCF: 'TCF is due',
  F_RECEIVE: 'a page, a block or a command is due',
  NOT_READY: 'RNR was said of a page that is being stored',
  III_COMMITTING: 'a page is being stored',
  RESPONSE: 'a response is leaving',
  C_DCN: 'DCN is leaving',
  ENDED: 'the call is over',
} as const

function section<Hearing extends string, Reaction extends string>(
  title: string,
  hearings: readonly Hearing[],
  reactionTo: (field: ControlField, hearing: Hearing) => Reaction | 'ignore',
  told: Readonly<Record<string, string>>,
  places: Readonly<Record<Hearing, string>>,
): readonly string[] {
  const rows = hearings.map((hearing) => {
    const fields = CONTROL_FIELD_NAMES.filter((field) => reactionTo(field, hearing) !== 'ignore')
    const reactions = [...new Set(fields.map((field) => reactionTo(field, hearing)))].map((reaction) => {
      const its = fields.filter((field) => reactionTo(field, hearing) === reaction)
      return `${its.join(', ')}: *${reaction}*`
    })
    const ignored = CONTROL_FIELD_NAMES.length - fields.length
    return `| \`${hearing}\` ${places[hearing]} | ${reactions.join('<br>') || 'none'} | ${ignored} |`
  })
  return [
    `## ${title}`,
    '',
    '| Place | Frames that do something | Ignored |',
    '|---|---|---|',
    ...rows,
    '',
    '| Reaction | What it is |',
    '|---|---|',
    ...Object.entries(told).map(([reaction, words]) => `| *${reaction}* | ${words} |`),
    '',
  ]
}
