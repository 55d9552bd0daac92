import type { T30Frame } from '../frame.ts'
import { postMessageOf } from '../partial-page.ts'
import { type AnswererState, type AnswererStep, stay } from './answerer-state.ts'
import { disconnect, end } from './endings.ts'
import { takeDcs, takeIdentity } from './phase-b.ts'
import { takeFcd } from './phase-c.ts'
import {
  answerWhenCommitted,
  changeRate,
  repeatAnswer,
  takeEor,
  takePostMessage,
  takePps,
} from './phase-d.ts'
import { type Hearing, type Reaction, reactionTo } from './reactions.ts'

type Handler = (state: AnswererState, frame: T30Frame) => AnswererStep

const HANDLERS: Readonly<Record<Reaction, Handler>> = {
  ignore: (state) => stay(state),
  note_identity: takeIdentity,
  take_settings: takeDcs,
  refuse_poll: (state) => disconnect(state, 'poll_refused'),
  take_frame: takeFcd,
  close_page: (state, frame) => takePostMessage(state, postMessageOf(frame.field)!),
  close_block: takePps,
  give_up_frames: takeEor,
  say_whether_ready: answerWhenCommitted,
  change_rate: changeRate,
  repeat_answer: repeatAnswer,
  disconnected: (state) => end(state, 'disconnected_early'),
}

/** @throws {ParseError} when the frame's information cannot be read */
export function takeFrame(state: AnswererState, frame: T30Frame): AnswererStep {
  return HANDLERS[reactionTo(frame.field, hearingIn(state))](state, frame)
}

/** A page that was not answered yet bars the next: whatever is said of another page would be said of the wrong one. */
function hearingIn({ place, pending }: AnswererState): Hearing {
  return place.name === 'F_RECEIVE' && pending ? 'NOT_READY' : place.name
}
