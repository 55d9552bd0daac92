import type { CommandLine } from '../command-line.ts'
import { runServer } from '../server-process.ts'
import { UsageError } from './command.ts'

/** Makes the master key if there is none, and an account with its first keys and an invitation for its owner, which are printed once. */
export function setup(line: CommandLine): Promise<number> {
  const { name, owner, config } = line.options
  if (name === undefined) throw new UsageError('Name the account: --name NAME.')
  return runServer(['--setup', name, ...(owner === undefined ? [] : ['--owner', owner])], config)
}
