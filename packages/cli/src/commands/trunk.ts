import { readFile } from 'node:fs/promises'
import { Client } from '../client.ts'
import type { CommandLine } from '../command-line.ts'
import { UnreadableFile, UsageError } from '../failures.ts'
import { findServer } from '../server-address.ts'
import { describeReport, describeTrunk, type Trunk, type TrunkReport } from '../trunk.ts'
import { trunkBody } from '../trunk-flags.ts'
import type { Command } from './command.ts'

const ACTIONS: Readonly<Record<string, Command>> = { add, change, list, test, acknowledge, remove }

/** `answerback trunk add | change ID | list | test ID | acknowledge ID | remove ID`. */
export async function trunk(line: CommandLine): Promise<number> {
  const [name = 'list', ...positionals] = line.positionals
  const action = ACTIONS[name]
  if (!action) throw new UsageError('Say what to do: trunk add, change, list, test, acknowledge or remove.')
  return action({ ...line, positionals })
}

async function add(line: CommandLine): Promise<number> {
  const { name, host, registration } = line.options
  if (name === undefined || host === undefined || registration === undefined) {
    throw new UsageError('A trunk needs --name NAME, --host HOST and --registration register|static.')
  }
  const secret = (await readSecret(line)) ?? (process.env.ANSWERBACK_TRUNK_SECRET || undefined)
  const made = await client(line).post<Trunk>('/v2/trunks', bodyOf(line, secret))
  const next = `Say what protects its media: npx answerback trunk acknowledge ${made.id} --media-protection none|vpn|private_interconnect\n`
  return print(line, made, describeTrunk(made) + next)
}

async function change(line: CommandLine): Promise<number> {
  const body = bodyOf(line, await readSecret(line))
  const changed = await client(line).patch<Trunk>(`/v2/trunks/${trunkId(line)}`, body)
  return print(line, changed, describeTrunk(changed))
}

async function list(line: CommandLine): Promise<number> {
  const page = await client(line).get<{ data: Trunk[] }>('/v2/trunks')
  return print(line, page, page.data.map(describeTrunk).join('') || 'No trunks.\n')
}

/** Exit code 1 when something is to be mended. */
async function test(line: CommandLine): Promise<number> {
  const report = await client(line).post<TrunkReport>(`/v2/trunks/${trunkId(line)}/test`, {})
  print(line, report, describeReport(report))
  return report.ok ? 0 : 1
}

async function acknowledge(line: CommandLine): Promise<number> {
  const mediaProtection = line.options['media-protection']
  if (mediaProtection === undefined) {
    throw new UsageError(
      'Fax pages travel unencrypted on a trunk. Say that this is known, or what the path is:\n' +
        '  --media-protection none|vpn|private_interconnect (docs/guides/connect-a-trunk.md)',
    )
  }
  const path = `/v2/trunks/${trunkId(line)}/acknowledge`
  const changed = await client(line).post<Trunk>(path, { mediaProtection })
  return print(line, changed, describeTrunk(changed))
}

async function remove(line: CommandLine): Promise<number> {
  await client(line).delete(`/v2/trunks/${trunkId(line)}`)
  process.stdout.write('Removed. Calls that are up go on.\n')
  return 0
}

function bodyOf(line: CommandLine, secret: string | undefined): Record<string, unknown> {
  return { ...trunkBody(line.options), ...(secret === undefined ? {} : { secret }) }
}

/** From a file or from stdin (`-`): a command line is seen by every user of the machine. */
async function readSecret(line: CommandLine): Promise<string | undefined> {
  const path = line.options['secret-file']
  if (path === undefined) return undefined
  const text = path === '-' ? await readStdin() : await readFileText(path)
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '') throw new UsageError('The secret is empty.')
  return secret
}

async function readFileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new UnreadableFile(`Cannot read the file ${path}.`)
  }
}

async function readStdin(): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks).toString('utf8')
}

/** A test key has no trunks, so the live key is meant whether `--live` was said or not. */
function client(line: CommandLine): Client {
  return new Client(findServer({ ...line.options, live: true }, process.env))
}

function trunkId(line: CommandLine): string {
  const [id] = line.positionals
  if (id === undefined) throw new UsageError('Give the id of the trunk.')
  return encodeURIComponent(id)
}

function print(line: CommandLine, value: object, text: string): number {
  process.stdout.write(line.options.json ? `${JSON.stringify(value)}\n` : text)
  return 0
}
