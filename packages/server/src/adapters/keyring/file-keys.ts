import { type KeyObject, randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { KeyError, type KeyProvider, type Keyring } from '../../ports/keyring.ts'
import { seal, unseal } from './account-keys.ts'
import { contextOf, deriveKey, KEY_BYTES, tampered } from './aead.ts'
import { createKeyFile, KEY_ID, type KeyFile, readKeyFile, replaceKeyFile } from './key-file.ts'
import { createKeyring } from './keyring.ts'

const FILE_NAME = 'master.json'

/** Where a folder of keys holds the master keys. */
export function keyFileOf(folder: string): string {
  return join(folder, FILE_NAME)
}

/**
 * Opens the keyring kept in a folder.
 * @param options.create make the folder and a first key when there are none; a production server leaves this off
 * @throws KeyError `key_unavailable` (no file, or not one of ours), `unsafe_key_file`
 */
export async function openFileKeyring(
  folder: string,
  options: { readonly create: boolean },
): Promise<Keyring> {
  const { provider, installation } = await openFileKeys(folder, options)
  return createKeyring(provider, installation)
}

/** The provider alone, and the installation's hash key. @throws as `openFileKeyring` */
export async function openFileKeys(
  folder: string,
  options: { readonly create: boolean },
): Promise<{ readonly provider: KeyProvider; readonly installation: Buffer }> {
  const path = keyFileOf(folder)
  if (options.create) await createKeyFile(path)
  const file = await openKeyFile(path)
  return { provider: fileKeyProvider(file), installation: (await file.read()).installation }
}

/**
 * Adds a master key and makes it the one that wraps. Servers that run see it within a moment, and go on opening what older keys wrapped.
 * @returns its name
 */
export async function rotateFileKey(folder: string): Promise<string> {
  const path = keyFileOf(folder)
  const file = await readKeyFile(path)
  const highest = Math.max(0, ...[...file.keys.keys()].map((id) => Number(/^k(\d+)$/.exec(id)?.[1] ?? 0)))
  const current = `k${highest + 1}`
  const keys = new Map([...file.keys, [current, randomBytes(KEY_BYTES)]])
  await replaceKeyFile(path, { ...file, current, keys })
  return current
}

/**
 * Takes an old master key out of the file. Whoever calls has made sure that it wraps nothing.
 * @throws KeyError `key_unavailable` for one that is not there, or that wraps now
 */
export async function removeFileKey(folder: string, id: string): Promise<void> {
  const path = keyFileOf(folder)
  const file = await readKeyFile(path)
  if (id === file.current || !file.keys.has(id)) {
    throw new KeyError('key_unavailable', `There is no old master key ${id} in the key file.`)
  }
  const keys = new Map([...file.keys].filter(([each]) => each !== id))
  await replaceKeyFile(path, { ...file, keys })
}

interface OpenFile {
  /** As it is now; read again only when it was changed. */
  read(): Promise<KeyFile>
}

async function openKeyFile(path: string): Promise<OpenFile> {
  let known = { changed: await changeOf(path), file: await readKeyFile(path) }
  return {
    async read() {
      const changed = await changeOf(path)
      // A file that is away for a moment, as while it is restored, does not stop a server that has read it.
      if (changed !== undefined && changed !== known.changed)
        known = { changed, file: await readKeyFile(path) }
      return known.file
    },
  }
}

async function changeOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found && `${found.ino} ${found.mtimeNs} ${found.size}`
}

/** `length of key id (1) | key id | sealed key` */
function fileKeyProvider(file: OpenFile): KeyProvider {
  return {
    async wrap(key, context) {
      const content = await file.read()
      const id = Buffer.from(content.current)
      const sealed = seal(wrapKey(content, content.current), contextOf(context), key)
      return Buffer.concat([Buffer.of(id.length), id, sealed])
    },
    async unwrap(wrapped, context) {
      const id = keyIdOf(wrapped)
      if (!KEY_ID.test(id)) throw tampered()
      return unseal(wrapKey(await file.read(), id), contextOf(context), wrapped.subarray(1 + id.length))
    },
    currentId: async () => (await file.read()).current,
    idOf: keyIdOf,
  }
}

/** The name of a key before what it wrapped: `length (1) | name`. */
export function keyIdOf(wrapped: Uint8Array): string {
  const length = wrapped[0] ?? 0
  return Buffer.from(wrapped.subarray(1, 1 + length)).toString('latin1')
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
