import { Problem } from '../problem/problem.ts'

const RANGE = /^(\d{1,6})(?:-(\d{1,6}))?$/

/**
 * Who gets which page when a fax is split in two or more: every page goes to exactly one part, so that none is lost and none is filed twice.
 * @param parts of each part such pages as `1-3,5`, in the order they shall have
 * @returns page numbers, 1-based, by part
 * @throws Problem `request.invalid`, naming the part
 */
export function partitionPages(parts: readonly string[], pageCount: number): number[][] {
  if (parts.length < 2) {
    throw new Problem('request.invalid', { field: 'parts', detail: 'A split has at least two parts.' })
  }
  const owners = new Map<number, number>()
  const numbers = parts.map((text, part) => {
    const pages = pagesOf(text, part, pageCount)
    for (const page of pages) {
      const owner = owners.get(page)
      if (owner !== undefined) {
        const where = owner === part ? 'twice in this part' : `in part ${owner + 1} too`
        throw invalid(part, `Page ${page} is ${where}; each page goes to one part.`)
      }
      owners.set(page, part)
    }
    return pages
  })
  for (let page = 1; page <= pageCount; page += 1) {
    if (!owners.has(page)) {
      const detail = `Page ${page} of ${pageCount} is in no part; each page goes to one part.`
      throw new Problem('request.invalid', { field: 'parts', detail })
    }
  }
  return numbers
}

/** Page numbers as a person writes them, such as `1-3,5`: the inverse of what a part is named by. */
export function describePages(numbers: readonly number[]): string {
  const ranges: { first: number; last: number }[] = []
  for (const number of numbers) {
    const range = ranges.at(-1)
    if (range?.last === number - 1) range.last = number
    else ranges.push({ first: number, last: number })
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',')
}

function pagesOf(text: string, part: number, pageCount: number): number[] {
  return text.split(',').flatMap((item) => {
    const match = RANGE.exec(item.trim())
    if (!match) throw invalid(part, 'Name pages such as "1-3,5".')
    const first = Number(match[1])
    const last = Number(match[2] ?? match[1])
    if (first < 1 || last > pageCount) throw invalid(part, `The fax has the pages 1 to ${pageCount}.`)
    if (last < first) throw invalid(part, 'A range runs from its lower page to its higher one.')
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

function invalid(part: number, detail: string): Problem {
  return new Problem('request.invalid', { field: `parts[${part}].pages`, detail })
}
