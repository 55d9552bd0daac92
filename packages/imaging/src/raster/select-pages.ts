import { DocumentRefusal } from '../intake/refusal.ts'

/** The page numbers to render, checked against the document. Throws `DocumentRefusal`. */
export function selectPages(
  wanted: readonly number[] | 'all',
  pageCount: number,
  pagesMax: number,
): readonly number[] {
  const length = wanted === 'all' ? pageCount : wanted.length
  if (length > pagesMax) {
    throw new DocumentRefusal('document.too_many_pages', `The fax would have more than ${pagesMax} pages.`)
  }
  if (length === 0) throw new DocumentRefusal('document.page_selection_invalid', 'No page is selected.')
  const pages = wanted === 'all' ? Array.from({ length }, (_, index) => index + 1) : wanted
  if (pages.some((page) => !Number.isInteger(page) || page < 1 || page > pageCount)) {
    throw new DocumentRefusal(
      'document.page_selection_invalid',
      `A selected page does not exist: the document has ${pageCount} pages.`,
    )
  }
  return pages
}
