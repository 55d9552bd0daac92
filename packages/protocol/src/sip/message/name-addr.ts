import { ParseError } from '../../parse-error.ts'
import { splitParameters, unquote } from './split.ts'

/** The value of From, To, Contact, Route, Record-Route or P-Asserted-Identity. */
interface NameAddr {
  readonly displayName: string
  /** The URI as text, so that it can be used as a target exactly as the peer wrote it. */
  readonly uri: string
  /** Parameters of the header, not those of the URI. */
  readonly parameters: ReadonlyMap<string, string>
}

/** Reads `"Name" <uri>;tag=x`, `Name <uri>` and the bare `uri;tag=x`, whose parameters belong to the header. */
export function parseNameAddr(text: string, field: string): NameAddr {
  const open = findOpen(text)
  if (open < 0) {
    const { value, parameters } = splitParameters(text, field)
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(value)) throw new ParseError(field, 0, 'holds no URI')
    return { displayName: '', uri: value, parameters }
  }
  const close = text.indexOf('>', open)
  if (close < 0) throw new ParseError(field, open, 'has an unclosed angle bracket')
  const uri = text.slice(open + 1, close).trim()
  if (uri === '' || /\s/.test(uri)) throw new ParseError(field, open, 'holds no URI')
  const { parameters } = splitParameters(`;${text.slice(close + 1)}`, field)
  return { displayName: unquote(text.slice(0, open).trim()), uri, parameters }
}

/** The first `<` outside a quoted display name. */
function findOpen(text: string): number {
  if (!text.trimStart().startsWith('"')) return text.indexOf('<')
  let i = text.indexOf('"') + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return text.indexOf('<', i)
}
