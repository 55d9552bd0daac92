import { Client } from '../client.ts'
import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'
import { findServer } from '../server-address.ts'
import type { Command } from './command.ts'

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
  const [name = 'list', ...positionals] = line.positionals
  const action = ACTIONS[name]
  if (!action) throw new UsageError('Say what to do: keys list, create, rotate or revoke.')
  return action({ ...line, positionals })
}

async function list(line: CommandLine): Promise<number> {
  const page = await client(line).get<{ data: ApiKey[] }>('/v2/api-keys')
  if (line.options.json) process.stdout.write(`${JSON.stringify(page)}\n`)
  else for (const key of page.data) process.stdout.write(describeKey(key))
  return 0
}

async function create(line: CommandLine): Promise<number> {
  const { name, scope } = line.options
  if (name === undefined) throw new UsageError('Give the key a name: --name NAME.')
  const body = { name, ...(scope === undefined ? {} : { scopes: scope }) }
  return showSecret(line, await client(line).post<ApiKey>('/v2/api-keys', body))
}

async function rotate(line: CommandLine): Promise<number> {
  return showSecret(line, await client(line).post<ApiKey>(`/v2/api-keys/${keyId(line)}/rotate`, {}))
}

async function revoke(line: CommandLine): Promise<number> {
  await client(line).delete(`/v2/api-keys/${keyId(line)}`)
  process.stdout.write('Revoked. It is refused everywhere within 5 seconds.\n')
  return 0
}

function client(line: CommandLine): Client {
  return new Client(findServer(line.options, process.env))
}

function keyId(line: CommandLine): string {
  const [id] = line.positionals
  if (id === undefined) throw new UsageError('Give the id of the key.')
  return encodeURIComponent(id)
}

function showSecret(line: CommandLine, key: ApiKey): number {
  if (line.options.json) process.stdout.write(`${JSON.stringify(key)}\n`)
  else
    process.stdout.write(
      `${describeKey(key)}  secret ${key.secret}\n  Keep it now: it is not stored and not shown again.\n`,
    )
  return 0
}

function describeKey(key: ApiKey): string {
  const state = key.revokedAt === null ? `last used ${key.lastUsedAt ?? 'never'}` : `revoked ${key.revokedAt}`
  return `${key.id}  ${key.livemode ? 'live' : 'test'}  …${key.hint}  ${key.name}  ${state}  ${key.scopes.join(' ')}\n`
}
