import type { Entry } from './leaf-text.ts'

/** A sentence about times that contradict the order of the log. */
export interface ClockWarning {
  readonly leaf: number
  readonly position: number | null
  readonly what: string
}

/** Entries get their time before their transaction is committed, and their place some seconds after it. */
const TOLERANCE_MS = 5 * 60_000
const KEPT_MAX = 100

/**
 * The order of the log cannot be changed; the times in it are what the server's clock said. Where the two contradict each other the
 * clock was set: by an operator who corrected it, or by one who wanted something to seem older or younger than it is.
 */
export class ClockCheck {
  readonly warnings: ClockWarning[] = []
  #latestMs = Number.NEGATIVE_INFINITY
  #signedMs = Number.NEGATIVE_INFINITY
  #unsigned: { readonly leaf: number; readonly position: number; readonly atMs: number } | undefined

  entry(leaf: number, { position, at }: Entry): void {
    const atMs = Date.parse(at)
    const floorMs = Math.max(this.#latestMs, this.#signedMs)
    if (atMs < floorMs - TOLERANCE_MS) {
      this.#warn(leaf, position, `it is dated ${at}, and what stands before it ${iso(floorMs)}`)
      // Told once: what follows is measured by the clock as it was set.
      this.#latestMs = atMs
      this.#signedMs = atMs
      this.#unsigned = undefined
    } else this.#latestMs = Math.max(this.#latestMs, atMs)
    if (atMs > (this.#unsigned?.atMs ?? Number.NEGATIVE_INFINITY)) this.#unsigned = { leaf, position, atMs }
  }

  checkpoint(leaf: number, atMs: number | undefined): void {
    if (atMs === undefined) return
    const newest = this.#unsigned
    if (newest && newest.atMs > atMs + TOLERANCE_MS)
      this.#warn(newest.leaf, newest.position, `it is dated ${iso(newest.atMs)}, and was signed before that`)
    if (atMs < this.#signedMs - TOLERANCE_MS)
      this.#warn(leaf, null, `the checkpoint of ${leaf} leaves is dated before the one before it`)
    this.#signedMs = atMs
    this.#unsigned = undefined
  }

  #warn(leaf: number, position: number | null, what: string): void {
    if (this.warnings.length < KEPT_MAX) this.warnings.push({ leaf, position, what })
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
