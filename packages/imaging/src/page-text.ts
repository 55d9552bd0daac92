/** A word as OCR read it. Untrusted text: whoever sent the page chose it. */
export interface Word {
  readonly text: string
  /** 0–100, the engine's own measure. */
  readonly confidence: number
  /** Pels of the page as it was received, before any turning; `right` and `bottom` lie outside the word. */
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Degrees clockwise by which a page is to be turned for reading. */
export type Rotation = 0 | 90 | 180 | 270

/** What OCR found on one page, in reading order. */
export interface PageText {
  readonly words: readonly Word[]
  readonly rotation: Rotation
}
