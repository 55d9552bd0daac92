import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'

/** Returns the exit code. */
export type Command = (line: CommandLine) => Promise<number>

/** @throws UsageError for none, and for more than one */
export function onePositional(line: CommandLine, what: string): string {
  const [value, ...rest] = line.positionals
  if (value === undefined || rest.length > 0) throw new UsageError(`Give exactly one ${what}.`)
  return value
}
