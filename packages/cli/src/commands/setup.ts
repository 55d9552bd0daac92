import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'
import { runServer } from '../server-process.ts'

/**
 * Makes the master key if there is none, and an account with its first keys and an invitation for its owner, which are printed once; or, with
 * `--account`, only an invitation for one more owner of an account there is.
 */
export function setup(line: CommandLine): Promise<number> {
  const { name, owner, account, config } = line.options
  if (account !== undefined) {
    if (owner === undefined) throw new UsageError('Name the owner: --owner EMAIL.')
    return runServer(['--account', account, '--owner', owner], config)
  }
  if (name === undefined) throw new UsageError('Name the account: --name NAME.')
  return runServer(['--setup', name, ...(owner === undefined ? [] : ['--owner', owner])], config)
}
