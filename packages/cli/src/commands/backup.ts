import { resolve } from 'node:path'
import type { CommandLine } from '../command-line.ts'
import { runServer } from '../server-process.ts'
import { onePositional, UsageError } from './command.ts'

/** Backups are made and read where the database is: in the server's program, beside the server or without it. */
export function backup(line: CommandLine): Promise<number> {
  const { recipient = [] } = line.options
  if (line.positionals[0] === 'key') {
    const [, path, ...rest] = line.positionals
    if (path === undefined || rest.length > 0) throw new UsageError('Name the file of the new recovery key.')
    return run(line, ['--recovery-key', resolve(path)])
  }
  const target = resolve(onePositional(line, 'file or folder for the backup'))
  return run(line, ['--backup', target, ...recipient.flatMap((key) => ['--recipient', key])])
}

export function restore(line: CommandLine): Promise<number> {
  return run(line, ['--restore', resolve(onePositional(line, 'backup file')), ...identity(line)])
}

export function drill(line: CommandLine): Promise<number> {
  const { scratch } = line.options
  const place = scratch === undefined ? [] : ['--scratch', resolve(scratch)]
  return run(line, ['--drill', resolve(onePositional(line, 'backup file')), ...identity(line), ...place])
}

function identity({ options }: CommandLine): string[] {
  return options.identity === undefined ? [] : ['--identity', resolve(options.identity)]
}

/** The server of ./start keeps its key in its data folder, which a production server refuses. */
function run({ options }: CommandLine, given: readonly string[]): Promise<number> {
  const isLocal = options.config === undefined && process.env.ANSWERBACK_KEY_FOLDER === undefined
  const hasProvider = process.env.ANSWERBACK_KEY_PROVIDER !== undefined
  return runServer(given, options.config, isLocal && !hasProvider ? 'development' : 'production')
}
