import type { Mark } from '../../domain/inbox/inbox.ts'
import { Problem } from '../../domain/problem/problem.ts'

/**
 * What `Done` means to an account's iFax clients (ADR 55): that the fax has been received (default), whether or not anybody has looked at
 * it, or that a person marked it so.
 */
export type DoneMeans = 'received' | 'marked'

const WORDS: Readonly<Record<Mark, string>> = {
  new: 'New',
  in_review: 'In Review',
  done: 'Done',
  spam: 'Spam',
}
const MARKS = new Map(Object.entries(WORDS).map(([mark, word]) => [squeezed(word), mark as Mark]))
/** Neither held for a person's decision nor thrown out by one. */
const RECEIVED: readonly Mark[] = ['new', 'done']

/** A filter as asked for: the marks it lets through, all of them when absent. */
export interface MarkedAs {
  readonly marks: readonly Mark[] | undefined
  /** What a row says of a fax with this mark. A row that came through a filter says the filter's word. */
  word(mark: Mark): string
}

/**
 * @param value `Done`, `New`, `In Review` or `Spam`, in any case and with `_`, `-` or nothing for the space; `All` or nothing for all
 * @throws Problem `request.invalid`
 */
export function readMarkedAs(value: unknown, done: DoneMeans): MarkedAs {
  const mark = readMark(value)
  if (mark === undefined) return { marks: undefined, word: (held) => wordOf(held, done) }
  const marks = mark === 'done' && done === 'received' ? RECEIVED : [mark]
  return { marks, word: () => WORDS[mark] }
}

function wordOf(mark: Mark, done: DoneMeans): string {
  return done === 'received' && RECEIVED.includes(mark) ? WORDS.done : WORDS[mark]
}

function readMark(value: unknown): Mark | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const word = typeof value === 'string' && value.length <= 40 ? squeezed(value) : ''
  if (word === 'all') return undefined
  const mark = MARKS.get(word)
  if (mark !== undefined) return mark
  throw new Problem('request.invalid', {
    field: 'markedAs',
    detail: '"markedAs" must be Done, New, In Review, Spam or All.',
  })
}

function squeezed(word: string): string {
  return word.toLowerCase().replace(/[\s_-]/g, '')
}
