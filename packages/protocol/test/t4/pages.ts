import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import fc from 'fast-check'

/** Rows as runs (white first), the way fax pages are built: most rows repeat or shift the one above. */
export interface PageRecipe {
  readonly width: number
  readonly rows: readonly RowRecipe[]
}
type RowRecipe =
  | { readonly kind: 'runs'; readonly runs: readonly number[] }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'shift'; readonly by: number }
  | { readonly kind: 'noise'; readonly seed: number }

export function pageRecipes(widthMax = 2432, rowsMax = 12): fc.Arbitrary<PageRecipe> {
  const run = fc.oneof(fc.nat(70), fc.nat(8), fc.nat(widthMax), fc.constant(64))
  const row: fc.Arbitrary<RowRecipe> = fc.oneof(
    fc.record({ kind: fc.constant('runs' as const), runs: fc.array(run, { maxLength: 60 }) }),
    fc.constant({ kind: 'repeat' as const }),
    fc.record({ kind: fc.constant('shift' as const), by: fc.integer({ min: -5, max: 5 }) }),
    fc.record({ kind: fc.constant('noise' as const), seed: fc.nat() }),
  )
  const width = fc.oneof(fc.integer({ min: 1, max: widthMax }), fc.constantFrom(1728, 2048, 2432, 1, 32, 33))
  return fc.record({ width, rows: fc.array(row, { maxLength: rowsMax }) })
}

export function buildPage(recipe: PageRecipe): Bitmap {
  const page = createBitmap(recipe.width, recipe.rows.length)
  recipe.rows.forEach((row, y) => {
    for (let x = 0; x < page.width; x++) if (isBlack(page, row, x, y)) setBlack(page, x, y)
  })
  return page
}

function isBlack(page: Bitmap, row: RowRecipe, x: number, y: number): boolean {
  if (row.kind === 'repeat') return pixel(page, x, y - 1)
  if (row.kind === 'shift') return pixel(page, x - row.by, y - 1)
  if (row.kind === 'noise') return (hash(row.seed, x) & 1) === 1
  let end = 0
  for (let i = 0; i < row.runs.length; i++) {
    end += row.runs[i]!
    if (x < end) return i % 2 === 1
  }
  return false
}

/** Any fixed mixing of two numbers will do. */
function hash(seed: number, x: number): number {
  const mixed = Math.imul((seed + 1) ^ Math.imul(x + 1, 0x9e3779b1), 0x85ebca6b)
  return mixed >>> 13
}

/** Outside the page is white. */
export function pixel(page: Bitmap, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= page.width || y >= page.rows) return false
  return ((page.words[y * page.stride + (x >>> 5)]! << (x & 31)) & 0x80000000) !== 0
}

export function setBlack(page: Bitmap, x: number, y: number): void {
  page.words[y * page.stride + (x >>> 5)]! |= 0x80000000 >>> (x & 31)
}
