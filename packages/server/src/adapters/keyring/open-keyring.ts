import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { KeyError, type KeyProvider, type Keyring } from '../../ports/keyring.ts'
import { KEY_BYTES } from './aead.ts'
import { type AwsKmsSettings, awsKmsProvider } from './aws-kms.ts'
import { openFileKeys } from './file-keys.ts'
import { createKeyring } from './keyring.ts'
import { unavailable } from './remote-json.ts'
import { type VaultSettings, vaultProvider } from './vault-transit.ts'

/** Where master keys are. */
export type KeyProviderSettings =
  | { readonly kind: 'file' }
  | ({ readonly kind: 'aws-kms' } & AwsKmsSettings)
  | ({ readonly kind: 'vault' } & Omit<VaultSettings, 'token'> & {
        readonly token?: string
        readonly tokenFile?: string
      })

/** Where the installation's hash key is kept when no key file holds it. */
export interface InstallationKeyStore {
  read(): Promise<Buffer | undefined>
  /** Keeps it, or gives the one that another process has kept. */
  keep(wrapped: Buffer): Promise<Buffer>
}

/** As the keyring binds secrets, so that it can be wrapped anew like any. */
const INSTALLATION = 'secret installation-key'

/**
 * Opens the keyring and proves that its master key wraps and unwraps, so that a server that starts can read what it stores. A key service
 * that is chosen while a key file is still there takes over: what the file's keys wrapped opens, and is wrapped anew.
 * @throws KeyError `key_unavailable`, `unsafe_key_file`
 */
export async function openKeyring(
  settings: KeyProviderSettings,
  keyFolder: string,
  options: { readonly create: boolean },
  store: InstallationKeyStore,
): Promise<Keyring> {
  if (settings.kind === 'file') {
    const { provider, installation } = await openFileKeys(keyFolder, options)
    await prove(provider)
    return createKeyring(provider, installation)
  }
  const remote = remoteProvider(settings)
  await prove(remote)
  const file = await openFileKeys(keyFolder, { create: false }).catch(whenThereIsNone)
  const provider = file ? succeeding(remote, file.provider) : remote
  return createKeyring(provider, await installationKey(provider, file?.installation, store))
}

function remoteProvider(settings: Exclude<KeyProviderSettings, { kind: 'file' }>): KeyProvider {
  if (settings.kind === 'aws-kms') return awsKmsProvider(settings)
  const { token, tokenFile } = settings
  return vaultProvider({ ...settings, token: async () => token ?? readToken(tokenFile) })
}

async function readToken(path: string | undefined): Promise<string> {
  const text = path === undefined ? '' : await readFile(path, 'utf8').catch(() => '')
  if (/^[\x21-\x7e]{1,1024}$/.test(text.trim())) return text.trim()
  throw unavailable('The file with the token for Vault cannot be read, or holds none.')
}

/** The key service wraps; what the file wrapped before still opens. */
function succeeding(current: KeyProvider, before: KeyProvider): KeyProvider {
  const isRemote = (wrapped: Uint8Array) => current.idOf(wrapped).includes(':')
  return {
    ...current,
    unwrap: (wrapped, context) => (isRemote(wrapped) ? current : before).unwrap(wrapped, context),
  }
}

async function prove(provider: KeyProvider): Promise<void> {
  const sample = randomBytes(KEY_BYTES)
  const opened = await provider.unwrap(await provider.wrap(sample, 'start'), 'start')
  await provider.currentId()
  if (!opened.equals(sample)) throw unavailable('The master key does not open what it wraps.')
}

async function installationKey(
  provider: KeyProvider,
  fromFile: Buffer | undefined,
  store: InstallationKeyStore,
): Promise<Buffer> {
  const kept = (await store.read()) ?? (await makeInstallationKey(provider, fromFile, store))
  return provider.unwrap(kept, INSTALLATION)
}

async function makeInstallationKey(
  provider: KeyProvider,
  fromFile: Buffer | undefined,
  store: InstallationKeyStore,
): Promise<Buffer> {
  return store.keep(await provider.wrap(fromFile ?? randomBytes(KEY_BYTES), INSTALLATION))
}

function whenThereIsNone(error: unknown): undefined {
  if (error instanceof KeyError && error.code === 'key_unavailable') return undefined
  throw error
}
