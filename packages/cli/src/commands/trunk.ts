import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'
import { readGiven } from '../given-text.ts'
import { describeReport, type LineReport } from '../line-report.ts'
import { describeTrunk, type Trunk } from '../trunk.ts'
import { trunkBody } from '../trunk-flags.ts'
import { type Command, chosen, liveClientOf, print } from './command.ts'

const ACTIONS: Readonly<Record<string, Command>> = { add, change, list, test, acknowledge, remove }

/** `answerback trunk add | change ID | list | test ID | acknowledge ID | remove ID`. */
export function trunk(line: CommandLine): Promise<number> {
  const told = 'Say what to do: trunk add, change, list, test, acknowledge or remove.'
  return chosen(line, ACTIONS, 'list', told)
}

async function add(line: CommandLine): Promise<number> {
  const { name, host, registration } = line.options
  if (name === undefined || host === undefined || registration === undefined) {
    throw new UsageError('A trunk needs --name NAME, --host HOST and --registration register|static.')
  }
  const secret = (await readSecret(line)) ?? (process.env.ANSWERBACK_TRUNK_SECRET || undefined)
  const made = await liveClientOf(line).post<Trunk>('/v2/trunks', bodyOf(line, secret))
  const next = `Say what protects its media: npx answerback trunk acknowledge ${made.id} --media-protection none|vpn|private_interconnect\n`
  return print(line, made, describeTrunk(made) + next)
}

async function change(line: CommandLine): Promise<number> {
  const body = bodyOf(line, await readSecret(line))
  const changed = await liveClientOf(line).patch<Trunk>(`/v2/trunks/${trunkId(line)}`, body)
  return print(line, changed, describeTrunk(changed))
}

async function list(line: CommandLine): Promise<number> {
  const page = await liveClientOf(line).get<{ data: Trunk[] }>('/v2/trunks')
  return print(line, page, page.data.map(describeTrunk).join('') || 'No trunks.\n')
}

/** Exit code 1 when something is to be mended. */
async function test(line: CommandLine): Promise<number> {
  const report = await liveClientOf(line).post<LineReport>(`/v2/trunks/${trunkId(line)}/test`, {})
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
  const changed = await liveClientOf(line).post<Trunk>(path, { mediaProtection })
  return print(line, changed, describeTrunk(changed))
}

async function remove(line: CommandLine): Promise<number> {
  await liveClientOf(line).delete(`/v2/trunks/${trunkId(line)}`)
  process.stdout.write('Removed. Calls that are up go on.\n')
  return 0
}

function bodyOf(line: CommandLine, secret: string | undefined): Record<string, unknown> {
  return { ...trunkBody(line.options), ...(secret === undefined ? {} : { secret }) }
}

async function readSecret(line: CommandLine): Promise<string | undefined> {
  const path = line.options['secret-file']
  return path === undefined ? undefined : readGiven(path, { what: 'secret of the trunk', isSecret: true })
}

function trunkId(line: CommandLine): string {
  const [id] = line.positionals
  if (id === undefined) throw new UsageError('Give the id of the trunk.')
  return encodeURIComponent(id)
}
