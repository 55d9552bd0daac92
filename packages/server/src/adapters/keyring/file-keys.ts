import { type KeyObject, randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KeyError, type KeyProvider, type Keyring } from '../../ports/keyring.ts'
import { seal, unseal } from './account-keys.ts'
import { contextOf, deriveKey, KEY_BYTES, tampered } from './aead.ts'
import { createKeyring } from './keyring.ts'

/**
 * Master keys in a file, `{ "current": "k1", "keys": { "k1": "<base64, 32 bytes>" }, "installation": "<base64>" }`, readable by
 * its owner alone. To rotate, add a key and name it as current: what older keys wrapped still opens.
 */
interface KeyFile {
  readonly current: string
  readonly keys: ReadonlyMap<string, Buffer>
  readonly installation: Buffer
}

const FILE_NAME = 'master.json'
const KEY_ID = /^[a-z0-9]{1,32}$/

/**
 * Opens the keyring kept in a folder.
 * @param options.create make the folder and a first key when there are none; a production server leaves this off
 * @throws KeyError `key_unavailable` (no file, or not one of ours), `unsafe_key_file`
 */
export async function openFileKeyring(
  folder: string,
  options: { readonly create: boolean },
): Promise<Keyring> {
  const path = join(folder, FILE_NAME)
  if (options.create) await createKeyFile(path)
  const file = await readKeyFile(path)
  return createKeyring(fileKeyProvider(file), file.installation)
}

/** `length of key id (1) | key id | sealed key` */
function fileKeyProvider(file: KeyFile): KeyProvider {
  return {
    async wrap(key, context) {
      const id = Buffer.from(file.current)
      return Buffer.concat([
        Buffer.of(id.length),
        id,
        seal(wrapKey(file, file.current), contextOf(context), key),
      ])
    },
    async unwrap(wrapped, context) {
      const length = wrapped[0] ?? 0
      const id = Buffer.from(wrapped.subarray(1, 1 + length)).toString('latin1')
      if (!KEY_ID.test(id)) throw tampered()
      return unseal(wrapKey(file, id), contextOf(context), wrapped.subarray(1 + length))
    },
  }
}

function wrapKey(file: KeyFile, id: string): KeyObject {
  const key = file.keys.get(id)
  if (key === undefined) {
    throw new KeyError(
      'key_unavailable',
      `The key file has no master key ${id}: put back the file that held it.`,
    )
  }
  return deriveKey(key, Buffer.alloc(0), contextOf('wrap', id))
}

async function readKeyFile(path: string): Promise<KeyFile> {
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
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
async function createKeyFile(path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) return
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const fresh = `${path}.${randomBytes(8).toString('hex')}`
  const content = {
    current: 'k1',
    keys: { k1: randomBytes(KEY_BYTES).toString('base64') },
    installation: randomBytes(KEY_BYTES).toString('base64'),
  }
  const handle = await open(fresh, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await link(fresh, path).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  await rm(fresh)
  const entries = await open(folder, 'r')
  await entries.sync().finally(() => entries.close())
}
