import { printable } from './printable.ts'

/** The fields of the API's provider that the commands show. */
export interface Provider {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly enabled: boolean
  readonly baseUrl: string
  readonly callerId: string | null
  readonly concurrency: number
  readonly simulated: boolean
  readonly hasHookAuth: boolean
  readonly sentSeenAt: string | null
  readonly receivedSeenAt: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

export interface ProviderWithHook extends Provider {
  /** Told once. */
  readonly hookUrl: string | null
}

export function describeProvider(provider: Provider): string {
  const { id, kind, name, enabled, simulated, baseUrl, concurrency, callerId } = provider
  const caller = callerId === null ? '' : `, caller ${callerId}`
  const lines = [
    `${id}  ${printable(name)}  (${kind})  ${enabled ? 'enabled' : 'switched off: nothing more is handed over'}`,
    `  at       ${printable(baseUrl)}, ${concurrency} faxes at once${caller}`,
  ]
  if (simulated) lines.push('  key      simulates: only the reserved numbers of test mode are taken')
  return `${lines.join('\n')}\n`
}

/** With what one asks when something is missing. */
export function describeProviderFully(provider: Provider): string {
  const { hasHookAuth, sentSeenAt, receivedSeenAt, createdAt, updatedAt } = provider
  const hook = hasHookAuth ? 'the token, user name and password' : 'the token alone'
  return (
    `${describeProvider(provider)}` +
    `  posts    are taken with ${hook}\n` +
    `  compared sent ${upTo(sentSeenAt)}, received ${upTo(receivedSeenAt)}\n` +
    `  added    ${createdAt}, changed ${updatedAt}\n`
  )
}

function upTo(at: string | null): string {
  return at === null ? 'not yet' : `up to ${at}`
}

/** The address holds a token, which is told this once. */
export function describeHook({ hookUrl, hasHookAuth }: ProviderWithHook): string {
  const auth = hasHookAuth ? 'POST and the Basic Auth you gave' : 'POST'
  return (
    `  hook     ${hookUrl}\n` +
    `           Keep it now: it is not shown again. Enter it at the provider for sent and for received faxes, with ${auth}.\n`
  )
}
