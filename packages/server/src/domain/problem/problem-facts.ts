/** What is said of one code. */
export interface ProblemFacts {
  /** One sentence for a person. */
  readonly sentence: string
  /** What to do about it. */
  readonly fix: string
  /** Whether the very same request may succeed later. */
  readonly retryable: boolean
}
