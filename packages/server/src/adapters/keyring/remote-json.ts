import { KeyError } from '../../ports/keyring.ts'
import { isRecord } from './is-record.ts'

export interface JsonRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface JsonReply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** A key service answers in milliseconds; a fax waits meanwhile. */
const TIMEOUT_MS = 5_000
const RETRY_AFTER_MS = 250
/** Replies hold one key. */
const REPLY_BYTES_MAX = 65_536

/**
 * Asks a key service, once more when it did not answer or said that it could not now.
 * @param request made anew for each try: a signature holds for a time
 * @throws KeyError `key_unavailable`, which says no more than that it could not be reached
 */
export async function askForJson(
  service: string,
  request: () => Promise<JsonRequest>,
  timeoutMs = TIMEOUT_MS,
): Promise<JsonReply> {
  const first = await tryOnce(request, timeoutMs)
  if (first && first.status < 500 && first.status !== 429) return first
  await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS))
  const second = await tryOnce(request, timeoutMs)
  if (second) return second
  throw unavailable(`${service} does not answer.`)
}

export function unavailable(sentence: string): KeyError {
  return new KeyError('key_unavailable', sentence)
}

async function tryOnce(
  request: () => Promise<JsonRequest>,
  timeoutMs: number,
): Promise<JsonReply | undefined> {
  const { url, ...init } = await request()
  try {
    // A redirect would carry the key to whoever it names.
    const reply = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    return { status: reply.status, body: parse(await readBounded(reply)) }
  } catch {
    // What went wrong may name an address or a header; that it went wrong is enough.
    return undefined
  }
}

async function readBounded(reply: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of reply.body ?? []) {
    length += chunk.length
    if (length > REPLY_BYTES_MAX) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  const value: unknown = JSON.parse(text)
  return isRecord(value) ? value : {}
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** @throws KeyError `key_unavailable` for anything but base64 */
export function bytesOf(service: string, value: unknown): Buffer {
  if (typeof value === 'string' && BASE64.test(value)) return Buffer.from(value, 'base64')
  throw unavailable(`${service} gave an answer that is none.`)
}

/** `length (1) | key id | what the service made of the key` */
export function withKeyId(id: string, sealed: Uint8Array): Buffer {
  const name = Buffer.from(id, 'latin1')
  if (name.length > 255) throw new RangeError('The name of a key is too long.')
  return Buffer.concat([Buffer.of(name.length), name, sealed])
}
