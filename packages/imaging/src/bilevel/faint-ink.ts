import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import type { FaintInk } from '../drawing/page-source.ts'
import { histogram } from './histogram.ts'
import type { GreyRaster } from './threshold.ts'

/** Thinner than this is a rule: it becomes a line of one pixel, whatever its grey. */
const RULE_PIXELS_MAX = 5

/** Adds to `bitmap` the pale ink that its threshold dropped. */
export function keepFaintInk(page: GreyRaster, faint: readonly FaintInk[], bitmap: Bitmap): void {
  for (const ink of faint) {
    const width = ink.right - ink.left
    const height = ink.bottom - ink.top
    if (height <= RULE_PIXELS_MAX && width > height) keepRule(page, ink, false, bitmap)
    else if (width <= RULE_PIXELS_MAX) keepRule(page, ink, true, bitmap)
    else keepText(page, ink, bitmap)
  }
}

/** The darkest line of pixels along the box becomes the rule, black where the page has any ink: dashes and clips stay as drawn. */
function keepRule(page: GreyRaster, box: FaintInk, isUpright: boolean, bitmap: Bitmap): void {
  const { stride, pixels } = page
  const [across, acrossEnd, along, alongEnd] = isUpright
    ? [box.left, box.right, box.top, box.bottom]
    : [box.top, box.bottom, box.left, box.right]
  const [acrossStep, alongStep] = isUpright ? [1, stride] : [stride, 1]
  let best = -1
  let darkest = Number.POSITIVE_INFINITY
  for (let line = across; line < acrossEnd; line++) {
    let sum = 0
    for (let at = along; at < alongEnd; at++) sum += pixels[line * acrossStep + at * alongStep]!
    if (sum < darkest) {
      darkest = sum
      best = line
    }
  }
  for (let at = along; at < alongEnd; at++) {
    if (isUpright) inkIfMarked(page, best, at, bitmap)
    else inkIfMarked(page, at, best, bitmap)
  }
}

const PAPER = 250

function inkIfMarked(page: GreyRaster, x: number, y: number, bitmap: Bitmap): void {
  if (page.pixels[y * page.stride + x]! < PAPER) setBlack(bitmap, x, y)
}

/** Pale text on paper: a level half way between its ink and white. On a darker ground it is left to the threshold. */
function keepText(page: GreyRaster, box: FaintInk, bitmap: Bitmap): void {
  const level = (box.grey + 255) >> 1
  const counts = histogram(page, box)
  let paper = 0
  for (let value = level; value < 256; value++) paper += counts[value]!
  if (paper * 2 < (box.right - box.left) * (box.bottom - box.top)) return
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      if (page.pixels[y * page.stride + x]! < level) setBlack(bitmap, x, y)
    }
  }
}

function setBlack(bitmap: Bitmap, x: number, y: number): void {
  bitmap.words[y * bitmap.stride + (x >>> 5)]! |= 0x80000000 >>> (x & 31)
}
