import type { CommandLine, Options } from '../command-line.ts'
import { counted } from '../counted.ts'
import { UsageError } from '../failures.ts'
import { assertOnePipe, readGiven } from '../given-text.ts'
import { describeReport, type LineReport } from '../line-report.ts'
import {
  describeHook,
  describeProvider,
  describeProviderFully,
  type Provider,
  type ProviderWithHook,
} from '../provider.ts'
import { providerBody } from '../provider-flags.ts'
import { type Command, chosen, liveClientOf, noPositional, onePositional, print } from './command.ts'

const ACTIONS: Readonly<Record<string, Command>> = {
  list,
  show,
  add,
  change,
  test,
  'rotate-hook': rotateHook,
  remove,
}

/** `answerback provider list | show ID | add | change ID | test ID | rotate-hook ID | remove ID`. */
export function provider(line: CommandLine): Promise<number> {
  const told = 'Say what to do: provider list, show, add, change, test, rotate-hook or remove.'
  return chosen(line, ACTIONS, 'list', told)
}

async function list(line: CommandLine): Promise<number> {
  noPositional(line, 'The list of providers')
  const page = await liveClientOf(line).get<{ data: Provider[] }>('/v2/providers')
  return print(line, page, page.data.map(describeProvider).join('') || 'No providers.\n')
}

async function show(line: CommandLine): Promise<number> {
  const found = await liveClientOf(line).get<Provider>(path(line))
  return print(line, found, describeProviderFully(found))
}

async function add(line: CommandLine): Promise<number> {
  noPositional(line, 'A new provider')
  if (line.options.name === undefined || line.options['api-key-file'] === undefined) {
    throw new UsageError('A provider needs --name NAME and --api-key-file FILE|-: never the key itself.')
  }
  const body = { kind: 'ifax', ...(await bodyOf(line.options)) }
  const made = await liveClientOf(line).post<ProviderWithHook>('/v2/providers', body)
  const next =
    `Ask it for your numbers, which costs nothing: npx answerback provider test ${made.id}\n` +
    'Then let live faxes leave through it:        npx answerback line ifax\n'
  return print(line, made, describeProvider(made) + describeHook(made) + next)
}

async function change(line: CommandLine): Promise<number> {
  const target = path(line)
  const body = await bodyOf(line.options)
  if (Object.keys(body).length === 0) throw new UsageError('Say what to change, such as --enabled false.')
  const changed = await liveClientOf(line).patch<Provider>(target, body)
  return print(line, changed, describeProviderFully(changed))
}

/** Exit code 1 when something is to be mended. */
async function test(line: CommandLine): Promise<number> {
  const report = await liveClientOf(line).post<LineReport & { numbers: number | null }>(
    `${path(line)}/test`,
    {},
  )
  const { numbers } = report
  const sum = numbers === null ? '' : `It has ${counted(numbers, 'number')} of this account.\n`
  const mend = report.ok
    ? ''
    : `Mend it: npx answerback provider change ${line.positionals[0]} --enabled true, --base-url URL or --api-key-file FILE|-\n`
  print(line, report, describeReport(report) + sum + mend)
  return report.ok ? 0 : 1
}

async function rotateHook(line: CommandLine): Promise<number> {
  const changed = await liveClientOf(line).post<ProviderWithHook>(`${path(line)}/rotate-hook`, {})
  return print(line, changed, `${describeProvider(changed)}${describeHook(changed)}The old one has ended.\n`)
}

async function remove(line: CommandLine): Promise<number> {
  const id = onePositional(line, 'provider id')
  await liveClientOf(line).delete(path(line))
  return print(line, { id, removed: true }, 'Removed. Faxes that went through it keep its id.\n')
}

async function bodyOf(options: Options): Promise<Record<string, unknown>> {
  const { 'api-key-file': keyFile, 'hook-auth-file': authFile, 'no-hook-auth': noAuth } = options
  assertOnePipe([keyFile, authFile])
  if (noAuth && authFile !== undefined) throw new UsageError('Give --hook-auth-file or --no-hook-auth.')
  const apiKey = keyFile && (await readGiven(keyFile, { what: 'API key of the provider', isSecret: true }))
  const hookAuth = authFile === undefined ? undefined : await readHookAuth(authFile)
  return {
    ...providerBody(options),
    ...(apiKey !== undefined && { apiKey }),
    ...(hookAuth !== undefined && { hookAuth }),
    ...(noAuth && { hookAuth: null }),
  }
}

/** As curl writes it. A user name holds no colon (RFC 7617 §2). */
async function readHookAuth(file: string): Promise<{ username: string; password: string }> {
  const text = await readGiven(file, { what: 'USER:PASSWORD of the posts', isSecret: true })
  const at = text.indexOf(':')
  if (at < 1) throw new UsageError('The --hook-auth-file holds USER:PASSWORD.')
  return { username: text.slice(0, at), password: text.slice(at + 1) }
}

function path(line: CommandLine): string {
  return `/v2/providers/${encodeURIComponent(onePositional(line, 'provider id'))}`
}
