import { hash } from 'node:crypto'
import { leafText } from '../../packages/cli/src/audit-verify/leaf-text.ts'

/** An export that was tampered with, and where: a verifier has located it when it names one of these. */
export interface Tampering {
  readonly what: string
  readonly bytes: Buffer
  /** Line numbers, from 1, as they are afterwards. */
  readonly lines: readonly number[]
  /** Leaves that were touched. */
  readonly leaves: readonly number[]
}

type Below = (limit: number) => number
type Line = Record<string, unknown>

/** @param lines of an intact export, each with its line break */
export function tamper(lines: readonly string[], below: Below): Tampering {
  const kinds = [editByte, editField, editAndHash, remove, removeSome, swap, repeat, cut, clockBack]
  return kinds[below(kinds.length)]!(lines, below)
}

function editByte(lines: readonly string[], below: Below): Tampering {
  const at = below(lines.length)
  const line = Buffer.from(lines[at]!)
  // The line break is left: without it two lines would be one, which is `cut` and `remove`.
  const byte = below(line.length - 1)
  const way = below(3)
  const other = Buffer.of((line[byte]! + 1 + below(255)) % 256)
  // An insertion of what stands there already is told by the place after it.
  const bytes = Buffer.concat([
    line.subarray(0, byte),
    way === 2 ? Buffer.alloc(0) : other,
    line.subarray(byte + (way === 1 ? 0 : 1)),
  ])
  return { what: `byte ${byte} of line ${at + 1}`, ...replaced(lines, at, bytes) }
}

function editField(lines: readonly string[], below: Below): Tampering {
  const [at, line] = someOwn(lines, below)
  const entry = line.entry as Line
  const change = entryChanges(entry, below)
  const edited = { ...line, entry: { ...entry, ...change } }
  return { what: `${Object.keys(change)} of line ${at + 1}`, ...replaced(lines, at, asLine(edited)) }
}

/** As one does who knows how leaves are made, but has no key. */
function editAndHash(lines: readonly string[], below: Below): Tampering {
  const [at, line] = someOwn(lines, below)
  const entry = { ...(line.entry as Line), ...entryChanges(line.entry as Line, below) }
  const text = leafText(entry as never, line.previous as number | null)
  const edited = { ...line, hash: hash('sha256', `\u0000${text}`, 'base64'), entry }
  return { what: `line ${at + 1} and its hash`, ...replaced(lines, at, asLine(edited)) }
}

function clockBack(lines: readonly string[], below: Below): Tampering {
  const [at, line] = someOwn(lines, below)
  const entry = line.entry as Line
  const back = new Date(Date.parse(entry.at as string) - 1 - below(86_400_000)).toISOString()
  const edited = { ...line, entry: { ...entry, at: back.replace('Z', '000Z') } }
  return { what: `time of line ${at + 1}`, ...replaced(lines, at, asLine(edited)) }
}

function remove(lines: readonly string[], below: Below): Tampering {
  return removed(lines, below(lines.length), 1)
}

function removeSome(lines: readonly string[], below: Below): Tampering {
  const at = below(lines.length)
  return removed(lines, at, 1 + below(Math.min(300, lines.length - at)))
}

function removed(lines: readonly string[], at: number, count: number): Tampering {
  const rest = [...lines.slice(0, at), ...lines.slice(at + count)]
  // The gap shows at the line after it, or where the next line of the same kind stands.
  return { what: `${count} lines from ${at + 1}`, ...touched(lines, at, at + count), bytes: joined(rest) }
}

function swap(lines: readonly string[], below: Below): Tampering {
  const left = below(lines.length)
  const right = (left + 1 + below(lines.length - 1)) % lines.length
  const swapped = [...lines]
  swapped[left] = lines[right]!
  swapped[right] = lines[left]!
  const [first, second] = [touched(lines, left, left + 1), touched(lines, right, right + 1)]
  return {
    what: `lines ${left + 1} and ${right + 1} for each other`,
    bytes: joined(swapped),
    lines: [...first.lines, ...second.lines],
    leaves: [...first.leaves, ...second.leaves],
  }
}

function repeat(lines: readonly string[], below: Below): Tampering {
  const at = below(lines.length)
  const bytes = joined([...lines.slice(0, at + 1), ...lines.slice(at)])
  return {
    what: `line ${at + 1} twice`,
    bytes,
    lines: [at + 1, at + 2, at + 3],
    leaves: touched(lines, at, at + 1).leaves,
  }
}

function cut(lines: readonly string[], below: Below): Tampering {
  const whole = joined(lines)
  const bytes = whole.subarray(0, below(whole.length))
  const kept = bytes.toString('utf8').split('\n').length - 1
  return { what: `all from byte ${bytes.length} on`, ...touched(lines, kept, kept + 1), bytes }
}

function replaced(lines: readonly string[], at: number, line: Buffer): Omit<Tampering, 'what'> {
  const bytes = Buffer.concat([joined(lines.slice(0, at)), line, joined(lines.slice(at + 1))])
  return { ...touched(lines, at, at + 1), bytes }
}

/** Lines `from` to `to` (excluded, from 0), and the leaves in or next to them. */
function touched(lines: readonly string[], from: number, to: number): Omit<Tampering, 'what' | 'bytes'> {
  const leaves: number[] = []
  for (let at = Math.max(0, from - 2); at < Math.min(lines.length, to + 2); at += 1) {
    const { leaf } = JSON.parse(lines[at]!)
    if (typeof leaf === 'number') leaves.push(leaf)
  }
  return { lines: [from, from + 1, from + 2], leaves }
}

function someOwn(lines: readonly string[], below: Below): [number, Line] {
  for (;;) {
    const at = below(lines.length)
    const line = JSON.parse(lines[at]!)
    if (line.entry) return [at, line]
  }
}

function entryChanges(entry: Line, below: Below): Line {
  const actor = entry.actor as Line
  const detail = entry.detail as Line
  const changes: Line[] = [
    { position: (entry.position as number) + 1 + below(5) },
    { account: 'acc_forged' },
    { mode: 'live' },
    { actor: { ...actor, id: `${actor.id}x` } },
    { actor: { ...actor, requestId: actor.requestId === null ? '' : null } },
    { action: 'fax.forged' },
    { subject: `${entry.subject}x` },
    { detail: { ...detail, forged: below(9) } },
    { salt: (entry.salt as string).replace(/^./, (first) => (first === '0' ? '1' : '0')) },
    { parties: entry.parties === null ? 'AAAA' : null },
  ]
  return changes[below(changes.length)]!
}

function asLine(line: object): Buffer {
  return Buffer.from(`${JSON.stringify(line)}\n`)
}

function joined(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join(''))
}
