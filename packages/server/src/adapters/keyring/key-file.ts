import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { KeyError } from '../../ports/keyring.ts'
import { KEY_BYTES } from './aead.ts'
import { isRecord } from './is-record.ts'

/**
 * Master keys in a file, `{ "current": "k1", "keys": { "k1": "<base64, 32 bytes>" }, "installation": "<base64>" }`, readable by
 * its owner alone. To rotate, add a key and name it as current: what older keys wrapped still opens.
 */
export interface KeyFile {
  readonly current: string
  readonly keys: ReadonlyMap<string, Buffer>
  readonly installation: Buffer
}

export const KEY_ID = /^[a-z0-9]{1,32}$/

/** @throws KeyError `key_unavailable`, `unsafe_key_file` */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const found = await stat(path).catch((cause: unknown) => {
    const sentence = `There is no key file at ${path}: restore it from its back-up, or create keys for a new installation.`
    throw new KeyError('key_unavailable', sentence, { cause })
  })
  if ((found.mode & 0o077) !== 0) {
    throw new KeyError('unsafe_key_file', `Other users may read the key file: run chmod 600 ${path}`)
  }
  return parseKeyFile(await readFile(path, 'utf8'), path)
}

/** Says what is wrong with the file, never what is in it. */
function parseKeyFile(text: string, path: string): KeyFile {
  const broken = new KeyError('key_unavailable', `${path} is not a key file: restore it from its back-up.`)
  const content = parseJson(text)
  if (!isRecord(content) || !isRecord(content.keys) || typeof content.current !== 'string') throw broken
  const keys = new Map<string, Buffer>()
  for (const [id, encoded] of Object.entries(content.keys)) {
    const key = decodeKey(encoded)
    if (!KEY_ID.test(id) || key === undefined) throw broken
    keys.set(id, key)
  }
  const installation = decodeKey(content.installation)
  if (installation === undefined || !keys.has(content.current)) throw broken
  return { current: content.current, keys, installation }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function decodeKey(encoded: unknown): Buffer | undefined {
  if (typeof encoded !== 'string') return undefined
  const key = Buffer.from(encoded, 'base64')
  return key.length === KEY_BYTES ? key : undefined
}

/**
 * Written aside, flushed, and linked to its name, which fails when the name is taken: of two processes that start together
 * one makes the keys and both use them, and keys that exist are never replaced.
 */
export async function createKeyFile(path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) return
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const first = { current: 'k1', keys: new Map([['k1', randomBytes(KEY_BYTES)]]) }
  const fresh = await writeAside(path, { ...first, installation: randomBytes(KEY_BYTES) })
  await link(fresh, path).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  await rm(fresh)
  await flushFolder(folder)
}

/** The new file takes the place of the old in one step: at any moment there is a whole one. */
export async function replaceKeyFile(path: string, file: KeyFile): Promise<void> {
  await rename(await writeAside(path, file), path)
  await flushFolder(dirname(path))
}

async function writeAside(path: string, { current, keys, installation }: KeyFile): Promise<string> {
  const fresh = `${path}.${randomBytes(8).toString('hex')}`
  const content = {
    current,
    keys: Object.fromEntries([...keys].map(([id, key]) => [id, key.toString('base64')])),
    installation: installation.toString('base64'),
  }
  const handle = await open(fresh, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return fresh
}

async function flushFolder(folder: string): Promise<void> {
  const entries = await open(folder, 'r')
  await entries.sync().finally(() => entries.close())
}
