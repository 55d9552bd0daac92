import { resolve } from 'node:path'
import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'
import { runOffline } from '../server-process.ts'

/** `answerback account close ID --export FOLDER [--shred]`, in the server's program beside the server. */
export function account({ options, positionals }: CommandLine): Promise<number> {
  const [action, id, ...rest] = positionals
  const folder = options.export
  if (action !== 'close' || id === undefined || rest.length > 0 || folder === undefined) {
    throw new UsageError('Say which account, and where its export is: account close ID --export FOLDER.')
  }
  const given = ['--close-account', id, '--exported', resolve(folder)]
  return runOffline([...given, ...(options.shred ? ['--shred'] : [])], options.config)
}
