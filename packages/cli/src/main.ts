import { parseCommandLine, USAGE } from './command-line.ts'
import { account } from './commands/account.ts'
import { audit } from './commands/audit.ts'
import { backup, drill, restore } from './commands/backup.ts'
import { cancel } from './commands/cancel.ts'
import type { Command } from './commands/command.ts'
import { compliance } from './commands/compliance.ts'
import { disclosures } from './commands/disclosures.ts'
import { doctor } from './commands/doctor.ts'
import { exportTo } from './commands/export.ts'
import { inbox } from './commands/inbox.ts'
import { keys } from './commands/keys.ts'
import { line } from './commands/line.ts'
import { link } from './commands/link.ts'
import { list } from './commands/list.ts'
import { provider } from './commands/provider.ts'
import { reconcile } from './commands/reconcile.ts'
import { send } from './commands/send.ts'
import { serve } from './commands/serve.ts'
import { setup } from './commands/setup.ts'
import { status } from './commands/status.ts'
import { trigger } from './commands/trigger.ts'
import { trunk } from './commands/trunk.ts'
import { vault } from './commands/vault.ts'
import { describeProblem } from './describe.ts'
import { ApiProblem, Unreachable, UnreadableFile, UsageError } from './failures.ts'
import { usageOf } from './usage-of.ts'

const COMMANDS: Readonly<Record<string, Command>> = {
  send,
  status,
  list,
  cancel,
  link,
  disclosures,
  inbox,
  trigger,
  keys,
  trunk,
  provider,
  line,
  reconcile,
  vault,
  audit,
  doctor,
  compliance,
  export: exportTo,
  account,
  backup,
  restore,
  drill,
  setup,
  serve,
}

/** Exit codes: 0 done, 1 the fax or request failed, 2 the command line was wrong, 3 no server answered. */
async function run(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv
  if (name === 'help' || argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(USAGE)
    return 0
  }
  const command = COMMANDS[name]
  if (!command) throw new UsageError(`There is no command "${name.slice(0, 40)}".`)
  return command(parseCommandLine(rest))
}

// Whoever reads no further, such as `| head`, ends the command without a word.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof UnreadableFile) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  } else if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usageOf(process.argv[2] ?? '')}`)
    process.exitCode = 2
  } else if (error instanceof ApiProblem) {
    process.stderr.write(describeProblem(error))
    process.exitCode = 1
  } else if (error instanceof Unreachable) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 3
  } else throw error
}
