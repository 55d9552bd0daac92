import type { Entry } from './leaf-text.ts'

/** A line of an export, read and found to be written as the export writes it. */
export type ExportLine =
  | {
      readonly kind: 'head'
      readonly log: string
      readonly verifierKey: string
      readonly account: string
      readonly mode: string
      readonly leaves: number
    }
  | LeafLine
  | { readonly kind: 'block'; readonly index: number; readonly hash: Buffer }
  | { readonly kind: 'checkpoint'; readonly number: number; readonly note: string }
  | { readonly kind: 'end'; readonly leaves: number; readonly own: number; readonly checkpoints: number }

export interface LeafLine {
  readonly kind: 'leaf'
  readonly index: number
  readonly hash: Buffer
  /** There when the leaf is the account's; `entry` is `null` when the server had only the leaf left. */
  readonly own?: { readonly previous: number | null; readonly entry: Entry | null }
}

const FORMAT = 'answerback-audit/1'

/** `undefined` for anything the server does not write: also other blanks, another order, a name twice. */
export function parseExportLine(text: string): ExportLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(value) || JSON.stringify(value) !== text) return undefined
  switch (Object.keys(value).join()) {
    case 'leaf,hash':
    case 'leaf,hash,previous,entry':
      return leafLine(value)
    case 'block,hash': {
      const { block, hash } = value
      const read = hashOf(hash)
      return isCount(block) && read ? { kind: 'block', index: block, hash: read } : undefined
    }
    case 'checkpoint,note': {
      const { checkpoint, note } = value
      return isCount(checkpoint) && typeof note === 'string'
        ? { kind: 'checkpoint', number: checkpoint, note }
        : undefined
    }
    case 'format,log,verifierKey,account,mode,leaves':
      return headLine(value)
    case 'end':
      return endLine(value.end)
    default:
      return undefined
  }
}

function leafLine({ leaf, hash, previous, entry }: Record<string, unknown>): LeafLine | undefined {
  const read = hashOf(hash)
  if (!isCount(leaf) || !read) return undefined
  if (previous === undefined) return { kind: 'leaf', index: leaf, hash: read }
  if (previous !== null && !isCount(previous)) return undefined
  if (entry !== null && !isEntry(entry)) return undefined
  return { kind: 'leaf', index: leaf, hash: read, own: { previous, entry } }
}

function headLine(value: Record<string, unknown>): ExportLine | undefined {
  const { format, log, verifierKey, account, mode, leaves } = value
  if (format !== FORMAT || !areTexts(log, verifierKey, account, mode) || !isCount(leaves)) return undefined
  return {
    kind: 'head',
    log: log as string,
    verifierKey: verifierKey as string,
    account: account as string,
    mode: mode as string,
    leaves,
  }
}

function endLine(value: unknown): ExportLine | undefined {
  if (!isObject(value) || Object.keys(value).join() !== 'leaves,own,checkpoints') return undefined
  const { leaves, own, checkpoints } = value
  if (!isCount(leaves) || !isCount(own) || !isCount(checkpoints)) return undefined
  return { kind: 'end', leaves, own, checkpoints }
}

const ENTRY_NAMES = 'position,account,mode,at,actor,action,subject,detail,salt,parties'

function isEntry(value: unknown): value is Entry {
  if (!isObject(value) || Object.keys(value).join() !== ENTRY_NAMES) return false
  const { position, account, mode, at, actor, action, subject, detail, salt, parties } = value
  if (!isObject(actor) || Object.keys(actor).join() !== 'kind,id,requestId') return false
  return (
    isCount(position) &&
    areTexts(account, mode, at, action, salt, actor.kind, actor.id) &&
    [actor.requestId, subject, parties].every((text) => text === null || typeof text === 'string') &&
    isObject(detail) &&
    (parties === null || isBase64(parties as string))
  )
}

function hashOf(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || value.length !== 44) return undefined
  const hash = Buffer.from(value, 'base64')
  return hash.length === 32 && hash.toString('base64') === value ? hash : undefined
}

/** Only the one way to write the bytes: another would pass for the same. */
function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function areTexts(...values: unknown[]): boolean {
  return values.every((value) => typeof value === 'string')
}
