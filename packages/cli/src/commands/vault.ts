import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'
import { machineReadable } from '../machine-readable.ts'
import { runOffline } from '../server-process.ts'
import { type Command, chosen, clientOf, onePositional } from './command.ts'

interface Keyring {
  readonly master: {
    readonly current: string
    readonly accountsLeft: number
    readonly secretsLeft: number
  }
  readonly account: {
    readonly wrappedBy: string
    readonly current: number
    readonly newest: number
    readonly phase: string
    readonly settledAt: string | null
    readonly documentsLeft: number
  }
}

const ACTIONS: Readonly<Record<string, Command>> = { status, rotate, retire, scrub }

/** `answerback vault status | rotate master|account | retire KEY | scrub`: the keys that everything is encrypted with. */
export async function vault(line: CommandLine): Promise<number> {
  return chosen(
    line,
    ACTIONS,
    'status',
    'Say what to do: vault status, rotate master, rotate account, retire KEY or scrub.',
  )
}

async function status(line: CommandLine): Promise<number> {
  show(line, await clientOf(line).get<Keyring>('/v2/keyring'))
  return 0
}

async function rotate(line: CommandLine): Promise<number> {
  const which = onePositional(line, 'kind of key: master or account')
  if (which === 'master') return runOffline(['--vault', 'rotate'], line.options.config)
  if (which !== 'account') throw new UsageError('Say which key: vault rotate master or vault rotate account.')
  show(line, await clientOf(line).post<Keyring>('/v2/keyring/rotate', {}))
  return 0
}

/** The key file is changed only when the running server says that the old key wraps nothing. */
async function retire(line: CommandLine): Promise<number> {
  const key = onePositional(line, 'name of the old master key')
  const { master } = await clientOf(line).get<Keyring>('/v2/keyring')
  if (master.accountsLeft + master.secretsLeft > 0) {
    process.stderr.write('Older master keys are still in use: wait until "answerback vault status" says 0.\n')
    return 1
  }
  return runOffline(['--vault', `retire ${key}`], line.options.config)
}

function scrub(line: CommandLine): Promise<number> {
  return runOffline(['--vault', 'scrub'], line.options.config)
}

function show(line: CommandLine, keyring: Keyring): void {
  process.stdout.write(line.options.json ? `${machineReadable(keyring)}\n` : describe(keyring))
}

function describe({ master, account }: Keyring): string {
  const { phase, settledAt } = account
  const until = settledAt === null ? '' : `, until ${settledAt} at the earliest`
  return [
    `master key   ${master.current}; still to be wrapped by it: ${master.accountsLeft} accounts, ${master.secretsLeft} secrets`,
    `account key  version ${account.current} of ${account.newest}, wrapped by ${account.wrappedBy}; ${phase}${until}`,
    `documents    still to be wrapped by it: ${account.documentsLeft}`,
    '',
  ].join('\n')
}
