import type { KeyProviderSettings } from '../adapters/keyring/open-keyring.ts'
import type { Misconfiguration } from './misconfiguration.ts'

export const KEY_PROVIDERS = ['file', 'aws-kms', 'vault'] as const

export interface KeySettings {
  readonly keyProvider: string | undefined
  readonly kmsKey: string | undefined
  readonly kmsEndpoint: string | undefined
  readonly awsRegion: string | undefined
  readonly awsAccessKeyId: string | undefined
  readonly awsSecretAccessKey: string | undefined
  readonly awsSessionToken: string | undefined
  readonly vaultAddress: string | undefined
  readonly vaultMount: string | undefined
  readonly vaultKey: string | undefined
  readonly vaultNamespace: string | undefined
  readonly vaultToken: string | undefined
  readonly vaultTokenFile: string | undefined
}

/** Where the master key is. Every fault goes to `faults`, with its fix, and none repeats a secret. */
export function readKeyConfig(settings: KeySettings, faults: Misconfiguration[]): KeyProviderSettings {
  if (settings.keyProvider === 'aws-kms') return readKms(settings, faults)
  return settings.keyProvider === 'vault' ? readVault(settings, faults) : { kind: 'file' }
}

function readKms(settings: KeySettings, faults: Misconfiguration[]): KeyProviderSettings {
  const need = (value: string | undefined, setting: string, fix: string): string => {
    if (value === undefined) faults.push({ setting, sentence: 'AWS KMS needs it.', fix })
    return value ?? ''
  }
  const { kmsEndpoint, awsSessionToken: sessionToken } = settings
  if (kmsEndpoint !== undefined && !isSafeAddress(kmsEndpoint)) faults.push(unsafe('ANSWERBACK_KMS_ENDPOINT'))
  const region = need(settings.awsRegion, 'AWS_REGION', 'Name the region of the key, such as us-east-1.')
  if (region !== '' && !/^[a-z0-9-]{1,40}$/.test(region)) {
    const fix = 'Name one such as us-east-1.'
    faults.push({ setting: 'AWS_REGION', sentence: 'It is not a region.', fix })
  }
  const credentials = 'Set the access key of a role or user that may use the key.'
  return {
    kind: 'aws-kms',
    region,
    keyId: need(settings.kmsKey, 'ANSWERBACK_KMS_KEY', 'Name the key by its ARN, id or alias.'),
    ...(kmsEndpoint === undefined ? {} : { endpoint: kmsEndpoint }),
    credentials: {
      accessKeyId: need(settings.awsAccessKeyId, 'AWS_ACCESS_KEY_ID', credentials),
      secretAccessKey: need(settings.awsSecretAccessKey, 'AWS_SECRET_ACCESS_KEY', credentials),
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
  }
}

function readVault(settings: KeySettings, faults: Misconfiguration[]): KeyProviderSettings {
  const { vaultAddress, vaultMount = 'transit', vaultKey = 'answerback' } = settings
  const { vaultNamespace, vaultToken, vaultTokenFile } = settings
  if (vaultAddress === undefined) {
    const fix = 'Give the address of the server, such as https://vault.clinic.example:8200.'
    faults.push({ setting: 'ANSWERBACK_VAULT_ADDRESS', sentence: 'Vault needs it.', fix })
  } else if (!isSafeAddress(vaultAddress)) faults.push(unsafe('ANSWERBACK_VAULT_ADDRESS'))
  if ((vaultToken === undefined) === (vaultTokenFile === undefined)) {
    const fix = 'Set either the token or the file that an agent keeps it in (ANSWERBACK_VAULT_TOKEN_FILE).'
    faults.push({ setting: 'ANSWERBACK_VAULT_TOKEN', sentence: 'Vault needs one token.', fix })
  }
  if (!/^[\w/-]{1,100}$/.test(vaultMount)) {
    const fix = 'Give the path the transit engine was enabled at, such as transit.'
    faults.push({ setting: 'ANSWERBACK_VAULT_MOUNT', sentence: 'It is not the path of an engine.', fix })
  }
  if (!/^[\w.-]{1,100}$/.test(vaultKey)) {
    const fix = 'Give the name of a key of the transit engine.'
    faults.push({ setting: 'ANSWERBACK_VAULT_KEY', sentence: 'It is not the name of a key.', fix })
  }
  return {
    kind: 'vault',
    address: vaultAddress?.replace(/\/+$/, '') ?? '',
    mount: vaultMount,
    key: vaultKey,
    ...(vaultNamespace === undefined ? {} : { namespace: vaultNamespace }),
    ...(vaultToken === undefined ? {} : { token: vaultToken }),
    ...(vaultTokenFile === undefined ? {} : { tokenFile: vaultTokenFile }),
  }
}

const LOOPBACK = /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/

/** Keys cross this connection: only an agent on this machine is spoken to in the clear. */
function isSafeAddress(text: string): boolean {
  const url = URL.parse(text)
  if (!url) return false
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
}

function unsafe(setting: string): Misconfiguration {
  const fix = 'Give an https:// address; http:// is for an agent on this machine.'
  return { setting, sentence: 'Keys would cross the network in the clear.', fix }
}
