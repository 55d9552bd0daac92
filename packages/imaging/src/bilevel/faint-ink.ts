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
    if (height <= RULE_PIXELS_MAX && width > height) keepHorizontalRule(page, ink, bitmap)
    else if (width <= RULE_PIXELS_MAX) keepVerticalRule(page, ink, bitmap)
    else keepText(page, ink, bitmap)
  }
}

/** The darkest row of the box becomes the rule, black where the page has any ink: dashes and clips stay as drawn. */
function keepHorizontalRule(page: GreyRaster, box: FaintInk, bitmap: Bitmap): void {
  let best = -1
  let darkest = Number.POSITIVE_INFINITY
  for (let y = box.top; y < box.bottom; y++) {
    let sum = 0
    for (let x = box.left; x < box.right; x++) sum += page.pixels[y * page.stride + x]!
    if (sum < darkest) {
      darkest = sum
      best = y
    }
  }
  for (let x = box.left; x < box.right; x++) inkIfMarked(page, x, best, bitmap)
}

function keepVerticalRule(page: GreyRaster, box: FaintInk, bitmap: Bitmap): void {
  let best = -1
  let darkest = Number.POSITIVE_INFINITY
  for (let x = box.left; x < box.right; x++) {
    let sum = 0
    for (let y = box.top; y < box.bottom; y++) sum += page.pixels[y * page.stride + x]!
    if (sum < darkest) {
      darkest = sum
      best = x
    }
  }
  for (let y = box.top; y < box.bottom; y++) inkIfMarked(page, best, y, bitmap)
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
