import { DocumentRefusal } from './refusal.ts'

/** Pages `first` to `last`, both included and counted from 1; `last` undefined means the document's last page. */
export interface PageRange {
  readonly first: number
  readonly last: number | undefined
}

/** What a sender asked for, in the order asked, repeats kept. Empty means every page. */
export type PageSelection = readonly PageRange[]

const ITEMS_MAX = 1000
/** Nine digits stay exact integers and exceed every page limit. */
const ITEM = /^\s*(\d{1,9})\s*(?:(-)\s*(\d{1,9})?\s*)?$/

/**
 * Parses items such as `"1-5"`, `"2"` and `"3-"`.
 *
 * Throws `DocumentRefusal` `document.page_selection_invalid` naming the item by its place: what was sent is not echoed.
 */
export function parsePageSelection(items: readonly string[]): PageSelection {
  if (items.length > ITEMS_MAX) throw invalid(`The page selection has more than ${ITEMS_MAX} items.`)
  return items.map((item, index) => parseItem(item, index + 1))
}

function parseItem(item: string, place: number): PageRange {
  const match = ITEM.exec(item)
  if (!match) {
    throw invalid(
      `Page selection item ${place} is neither a page such as "2" nor a range such as "1-5" or "3-".`,
    )
  }
  const first = Number(match[1])
  const last = match[3] !== undefined ? Number(match[3]) : match[2] ? undefined : first
  if (first === 0) throw invalid(`Page selection item ${place} asks for page 0: pages are counted from 1.`)
  if (last !== undefined && last < first) {
    throw invalid(`Page selection item ${place} runs backwards, from page ${first} to page ${last}.`)
  }
  return { first, last }
}

/**
 * The page numbers a selection means in a document of `pageCount` pages.
 *
 * Throws `DocumentRefusal`: `document.page_selection_invalid` when an item goes past the last page,
 * `document.too_many_pages` when that makes the fax, which has `pagesTaken` pages already, longer than `pagesMax`
 * (repeats count).
 */
export function resolvePageSelection(
  selection: PageSelection,
  pageCount: number,
  pagesMax: number,
  pagesTaken = 0,
): number[] {
  const ranges = selection.length === 0 ? [{ first: 1, last: pageCount }] : selection
  const pages: number[] = []
  ranges.forEach((range, index) => {
    const last = range.last ?? pageCount
    const beyond = Math.max(range.first, last)
    if (beyond > pageCount) {
      const has = pageCount === 1 ? '1 page' : `${pageCount} pages`
      throw invalid(`Page selection item ${index + 1} asks for page ${beyond}, but the document has ${has}.`)
    }
    if (pagesTaken + pages.length + last - range.first + 1 > pagesMax) {
      throw new DocumentRefusal('document.too_many_pages', `The fax has more than ${pagesMax} pages.`)
    }
    for (let page = range.first; page <= last; page++) pages.push(page)
  })
  return pages
}

function invalid(message: string): DocumentRefusal {
  return new DocumentRefusal('document.page_selection_invalid', message)
}
