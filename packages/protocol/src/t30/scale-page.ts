import type { Bitmap } from '../t4/bitmap.ts'
import { type ChangeRow, closeRow, createChangeRow, findChanges } from '../t4/change-row.ts'
import { decodeT6 } from '../t4/t6.ts'
import { T6Encoder } from '../t4/t6-encoder.ts'
import type { LinePage } from './line-page.ts'

export interface PageFit {
  /** Pels of a line as sent. */
  readonly width: number
  readonly rows: number
  /** Pels as sent for a pel of the page; what is left of a line stays white. */
  readonly scaleX: number
}

/**
 * Scales a page for a receiver that prints fewer lines or pels. Ink is never dropped: rows that fall together are laid over
 * each other, and a run keeps at least one pel, because a thin stroke that vanished could change a number.
 */
export function scalePage(page: LinePage, fit: PageFit): Uint8Array {
  const source = decodeT6(page.t6, { width: page.width, rowsMax: page.rows })
  const encoder = new T6Encoder(fit.width)
  const merged = new Uint32Array(source.stride)
  const from = createChangeRow(page.width)
  const to = createChangeRow(fit.width)
  for (let row = 0; row < fit.rows; row++) {
    mergeRows(source, firstRow(source, fit, row), firstRow(source, fit, row + 1), merged)
    findChanges(merged, 0, from)
    scaleChanges(from, fit, to)
    encoder.pushRow(to)
  }
  return encoder.finish()
}

/** The first row of the page that a row as sent stands for. */
function firstRow(source: Bitmap, fit: PageFit, row: number): number {
  return Math.floor((row * source.rows) / fit.rows)
}

function mergeRows(source: Bitmap, first: number, end: number, merged: Uint32Array): void {
  merged.fill(0)
  for (let row = first; row < Math.max(first + 1, end); row++) {
    const offset = row * source.stride
    for (let word = 0; word < source.stride; word++) merged[word]! |= source.words[offset + word]!
  }
}

function scaleChanges(from: ChangeRow, fit: PageFit, to: ChangeRow): void {
  let count = 0
  let inkEnd = -1
  for (let i = 0; i < from.count; i += 2) {
    const start = Math.floor(from.positions[i]! * fit.scaleX)
    const end = Math.min(fit.width, Math.max(start + 1, Math.ceil(from.positions[i + 1]! * fit.scaleX)))
    if (start >= fit.width) break
    if (count > 0 && start <= inkEnd) {
      // The white between two runs is gone: they are one.
      inkEnd = Math.max(inkEnd, end)
      to.positions[count - 1] = inkEnd
    } else {
      to.positions[count++] = start
      to.positions[count++] = end
      inkEnd = end
    }
  }
  if (count > 0 && to.positions[count - 1] === fit.width) count--
  closeRow(to, count)
}
