import type { CommandLine } from '../command-line.ts'

/** Returns the exit code. */
export type Command = (line: CommandLine) => Promise<number>

/** The command line is wrong; nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command line is right, but a file it names cannot be read; nothing was sent. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
}

export function onePositional(line: CommandLine, what: string): string {
  const [value, ...rest] = line.positionals
  if (value === undefined || rest.length > 0) throw new UsageError(`Give exactly one ${what}.`)
  return value
}
