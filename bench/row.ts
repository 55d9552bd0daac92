/** One line of the bench table: a figure of ours against a peer's, measured in the same run. */
export interface BenchRow {
  readonly figure: string
  /** With its unit. */
  readonly ours: string
  readonly peer: string
  /** Ours over the peer's, in the direction the bar is written in. */
  readonly ratio: number
  readonly bar: string
  readonly met: boolean
  /** How to measure it again. */
  readonly command: string
}
