import type { Capabilities } from '../../packages/protocol/src/t30/capabilities.ts'
import type { T30Input } from '../../packages/protocol/src/t30/machine.ts'
import type { SenderLimits } from '../../packages/protocol/src/t30/negotiate.ts'
import type { Settings } from '../../packages/protocol/src/t30/settings.ts'
import type { TimerName } from '../../packages/protocol/src/t30/timers.ts'

/**
 * Conformance cases of T.30: one machine, and everything it is given and does in order. The runner is
 * packages/protocol/test/t30/conformance.test.ts.
 *
 * What is given and done is written in words, separated by commas. Control frames go by their names: `DIS`, `CSI +1202`,
 * `DCS`, `CTC V17_12000`, `DIS 3+10-12` (the bits set), `PPS-EOP 0 0 3` (page, block, frames), `PPR 1+4-255` (frames wanted), `EOR-MPS`.
 */
export interface T30Case {
  readonly id: string
  /** A fact about the world. */
  readonly sentence: string
  readonly role: 'caller' | 'answerer'
  /** What our machine is, where it differs from the usual one. */
  readonly caller?: CallerSetup
  readonly answerer?: AnswererSetup
  /** What the far end's DIS or DCS says, where it differs from the usual one. */
  readonly receiver?: Partial<Capabilities>
  readonly sender?: Partial<Settings>
  readonly steps: readonly Step[]
}

/** `small`: 3 frames of 256 octets, fine. `standard`: the same at standard resolution. `large`: 2 blocks of 64-octet frames. */
export type PageKind = 'small' | 'standard' | 'large'

export interface CallerSetup extends Partial<SenderLimits> {
  /** Default: one small page. */
  readonly pages?: readonly PageKind[]
  readonly checksIdentity?: boolean
  readonly subAddress?: string
  readonly password?: string
}

export interface AnswererSetup extends Partial<Capabilities> {
  readonly cedMs?: number
}

export type Step =
  /**
   * The far end speaks: control frames of one V.21 signal; or `TCF`, `image 1`, `frames 0-2 of 1`, `CED`, `gap 12`, or a
   * V.21 signal with nothing in it, `signal`. Spoiled frames are `damaged`, `junk`, `short`, `unknown`, `cut DCS`.
   */
  | {
      readonly give: string
      readonly receiver?: Partial<Capabilities>
      readonly sender?: Partial<Settings>
    }
  /**
   * All that the machine has done since, in order, and what follows when it has left the line: frames and `TCF V17_14400`,
   * `image V17_14400 short`, `block V17_14400 short 0-2`, `CED`; `announce 1`, `record 1`, `commit 1 clean`, `ask +1202`;
   * `end ok 1 some` (result, pages, data exchanged). The last words of a doing may be left out.
   */
  | { readonly expect: string }
  /** The same, but the last of it is still on the line. */
  | { readonly onLine: string }
  /** The timer runs, and now runs out. */
  | { readonly timer: TimerName }
  /** Exactly these timers run. */
  | { readonly running: string }
  | { readonly answer: Exclude<T30Input['kind'], 'identity_checked'> | 'yes' | 'no' }

/** Two of our machines back to back, with signals that do not arrive. Each page that was confirmed arrived, pel for pel. */
export interface PairCase {
  readonly id: string
  readonly sentence: string
  readonly caller?: CallerSetup
  readonly answerer?: AnswererSetup
  readonly commit?: { readonly delayMs: number } | 'fails'
  readonly loses?: readonly Loss[]
  /** `ok 1 some`: result, pages, data exchanged. */
  readonly callerEnds: string
  readonly answererEnds: string
  /** What the two said that tells how they came through, in order: the signals of these names. */
  readonly says?: readonly string[]
}

export interface Loss {
  /** The first word of what is transmitted: a frame, `TCF`, `image`, `block`. */
  readonly signal: string
  /** Which of them, from 1; default the first. */
  readonly nth?: readonly number[]
  /** Default `all` of the signal; `frame`: the frame of that name alone is damaged; numbers: frames of a block. */
  readonly what?: 'all' | 'frame' | readonly number[]
}
