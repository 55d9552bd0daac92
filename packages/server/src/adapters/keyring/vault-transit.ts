import type { KeyProvider } from '../../ports/keyring.ts'
import { tampered } from './aead.ts'
import { keyIdOf } from './file-keys.ts'
import { isRecord } from './is-record.ts'
import { askForJson, bytesOf, unavailable, withKeyId } from './remote-json.ts'

export interface VaultSettings {
  /** Without a trailing slash. */
  readonly address: string
  /** Of the transit engine. */
  readonly mount: string
  /** Of type aes256-gcm96 or another that takes associated data. */
  readonly key: string
  readonly namespace?: string
  /** Asked before each call, so that a token an agent renews is seen. @throws KeyError `key_unavailable` */
  readonly token: () => Promise<string>
  readonly timeoutMs?: number
}

const SERVICE = 'Vault'
const CIPHERTEXT = /^vault:v(\d{1,9}):[A-Za-z0-9+/=]+$/

/**
 * Master keys in the transit engine of HashiCorp Vault (or OpenBao, which speaks the same). Vault keeps the versions; a rotation there is
 * found by its number. What is wrapped is bound to its place by associated data, which Vault's own `rewrap` does not take: so keys are
 * wrapped anew by `decrypt` and `encrypt`, in this process, which holds them anyway.
 */
export function vaultProvider(settings: VaultSettings): KeyProvider {
  const path = (action: string) => `${settings.mount}/${action}/${encodeURIComponent(settings.key)}`
  const idOf = (version: number) => `vault:${settings.key}:v${version}`
  return {
    async wrap(key, context) {
      const { ciphertext } = await call(settings, 'POST', path('encrypt'), {
        plaintext: Buffer.from(key).toString('base64'),
        associated_data: Buffer.from(context).toString('base64'),
      })
      const version = typeof ciphertext === 'string' ? CIPHERTEXT.exec(ciphertext)?.[1] : undefined
      if (typeof ciphertext !== 'string' || version === undefined) throw nonsense()
      return withKeyId(idOf(Number(version)), Buffer.from(ciphertext))
    },
    async unwrap(wrapped, context) {
      const id = keyIdOf(wrapped)
      const ciphertext = Buffer.from(wrapped.subarray(1 + id.length)).toString('latin1')
      if (!id.startsWith('vault:') || !CIPHERTEXT.test(ciphertext)) throw tampered()
      const { plaintext } = await call(settings, 'POST', path('decrypt'), {
        ciphertext,
        associated_data: Buffer.from(context).toString('base64'),
      })
      return bytesOf(SERVICE, plaintext)
    },
    async currentId() {
      const { latest_version: version } = await call(settings, 'GET', path('keys'))
      if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) throw nonsense()
      return idOf(version)
    },
    idOf: keyIdOf,
  }
}

async function call(
  settings: VaultSettings,
  method: 'GET' | 'POST',
  path: string,
  input?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await askForJson(
    SERVICE,
    async () => ({
      method,
      url: `${settings.address}/v1/${path}`,
      headers: {
        'x-vault-token': await settings.token(),
        'x-vault-request': 'true',
        ...(settings.namespace === undefined ? {} : { 'x-vault-namespace': settings.namespace }),
        ...(input === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    }),
    settings.timeoutMs,
  )
  if (status === 200 && isRecord(body.data)) return body.data
  throw refusal(status, body)
}

function refusal(status: number, body: Readonly<Record<string, unknown>>) {
  const errors = Array.isArray(body.errors) ? body.errors.join(' ') : ''
  if (status === 400 && /authentication failed|invalid ciphertext/i.test(errors)) return tampered()
  if (status === 400 && /too old/i.test(errors)) {
    return unavailable(
      'Vault no longer decrypts by that version of the key: lower its min_decryption_version.',
    )
  }
  return unavailable(`Vault refuses: ${HINTS[status] ?? `it answers ${status}`}.`)
}

const HINTS: Readonly<Record<number, string>> = {
  403: 'the token is invalid, or lacks update on encrypt and decrypt and read on keys of the transit engine',
  404: 'it has no transit engine at that mount, or no such key',
  503: 'it is sealed',
}

function nonsense() {
  return unavailable(`${SERVICE} gave an answer that is none.`)
}
