import { resolve } from 'node:path'
import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'
import { runOffline } from '../server-process.ts'
import { onePositional } from './command.ts'

/** Backups are made and read where the database is: in the server's program, beside the server or without it. */
export function backup(line: CommandLine): Promise<number> {
  const { recipient = [] } = line.options
  if (line.positionals[0] === 'key') {
    const [, path, ...rest] = line.positionals
    if (path === undefined || rest.length > 0) throw new UsageError('Name the file of the new recovery key.')
    return runOffline(['--recovery-key', resolve(path)], line.options.config)
  }
  const target = resolve(onePositional(line, 'file or folder for the backup'))
  return runOffline(
    ['--backup', target, ...recipient.flatMap((key) => ['--recipient', key])],
    line.options.config,
  )
}

export function restore(line: CommandLine): Promise<number> {
  const { destroyed } = line.options
  const list =
    destroyed === undefined ? [] : ['--destroyed', destroyed === 'none' ? destroyed : resolve(destroyed)]
  return runOffline(
    ['--restore', resolve(onePositional(line, 'backup file')), ...identity(line), ...list],
    line.options.config,
  )
}

export function drill(line: CommandLine): Promise<number> {
  const { scratch } = line.options
  const place = scratch === undefined ? [] : ['--scratch', resolve(scratch)]
  return runOffline(
    ['--drill', resolve(onePositional(line, 'backup file')), ...identity(line), ...place],
    line.options.config,
  )
}

function identity({ options }: CommandLine): string[] {
  return options.identity === undefined ? [] : ['--identity', resolve(options.identity)]
}
