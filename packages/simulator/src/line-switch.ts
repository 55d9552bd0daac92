/** What a far end can do to the call itself, beside speaking T.30 in it. The call looks here after every step. */
export class LineSwitch {
  #hangUpAfterMs: number | undefined
  #isFrozen = false

  /** The far end, or the network for it, ends the call: no DCN, a BYE at most. */
  hangUp(afterMs = 0): void {
    this.#hangUpAfterMs ??= afterMs
  }

  /** Time stops for this call, as on a line that hangs. */
  freeze(): void {
    this.#isFrozen = true
  }

  thaw(): void {
    this.#isFrozen = false
  }

  get isFrozen(): boolean {
    return this.#isFrozen
  }

  /** The wish to hang up, once. */
  takeHangUp(): number | undefined {
    const afterMs = this.#hangUpAfterMs
    if (afterMs === undefined || afterMs < 0) return undefined
    this.#hangUpAfterMs = -1
    return afterMs
  }
}
