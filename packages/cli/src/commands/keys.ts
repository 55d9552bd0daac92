import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'
import { printable } from '../printable.ts'
import { type Command, chosen, clientOf, print } from './command.ts'

interface ApiKey {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly livemode: boolean
  readonly scopes: readonly string[]
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
  readonly secret?: string | null
}

const ACTIONS: Readonly<Record<string, Command>> = { list, create, rotate, revoke }

/** `answerback keys list | create --name NAME | rotate ID | revoke ID`. */
export async function keys(line: CommandLine): Promise<number> {
  return chosen(line, ACTIONS, 'list', 'Say what to do: keys list, create, rotate or revoke.')
}

async function list(line: CommandLine): Promise<number> {
  const page = await clientOf(line).get<{ data: ApiKey[] }>('/v2/api-keys')
  return print(line, page, page.data.map(describeKey).join(''))
}

async function create(line: CommandLine): Promise<number> {
  const { name, scope } = line.options
  if (name === undefined) throw new UsageError('Give the key a name: --name NAME.')
  const body = { name, ...(scope === undefined ? {} : { scopes: scope }) }
  return showSecret(line, await clientOf(line).post<ApiKey>('/v2/api-keys', body))
}

async function rotate(line: CommandLine): Promise<number> {
  return showSecret(line, await clientOf(line).post<ApiKey>(`/v2/api-keys/${keyId(line)}/rotate`, {}))
}

async function revoke(line: CommandLine): Promise<number> {
  await clientOf(line).delete(`/v2/api-keys/${keyId(line)}`)
  process.stdout.write('Revoked. It is refused everywhere within 5 seconds.\n')
  return 0
}

function keyId(line: CommandLine): string {
  const [id] = line.positionals
  if (id === undefined) throw new UsageError('Give the id of the key.')
  return encodeURIComponent(id)
}

function showSecret(line: CommandLine, key: ApiKey): number {
  const text = `${describeKey(key)}  secret ${key.secret}\n  Keep it now: it is not stored and not shown again.\n`
  return print(line, key, text)
}

function describeKey(key: ApiKey): string {
  const state = key.revokedAt === null ? `last used ${key.lastUsedAt ?? 'never'}` : `revoked ${key.revokedAt}`
  return `${key.id}  ${key.livemode ? 'live' : 'test'}  …${key.hint}  ${printable(key.name)}  ${state}  ${key.scopes.join(' ')}\n`
}
