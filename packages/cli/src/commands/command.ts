import { Client } from '../client.ts'
import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'
import { machineReadable } from '../machine-readable.ts'
import { findServer } from '../server-address.ts'

/** Returns the exit code. */
export type Command = (line: CommandLine) => Promise<number>

/** @throws UsageError for none, and for more than one */
export function onePositional(line: CommandLine, what: string): string {
  const [value, ...rest] = line.positionals
  if (value === undefined || rest.length > 0) throw new UsageError(`Give exactly one ${what}.`)
  return value
}

/** @throws UsageError when there is any */
export function noPositional(line: CommandLine, what: string): void {
  if (line.positionals.length > 0) throw new UsageError(`${what} takes options only.`)
}

/** Of the commands that a command has, the one the first word names. @throws UsageError with `told` when it is none */
export function chosen(
  line: CommandLine,
  actions: Readonly<Record<string, Command>>,
  fallback: string,
  told: string,
): Promise<number> {
  const [name = fallback, ...positionals] = line.positionals
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (!action) throw new UsageError(told)
  return action({ ...line, positionals })
}

export function clientOf(line: CommandLine): Client {
  return new Client(findServer(line.options, process.env))
}

/** For what a test key never has: the live key is meant whether `--live` was said or not. */
export function liveClientOf(line: CommandLine, timeoutMs?: number): Client {
  return new Client(findServer({ ...line.options, live: true }, process.env), timeoutMs)
}

/** @returns the exit code of a command that did what it was told */
export function print(line: CommandLine, value: object, text: string): number {
  process.stdout.write(line.options.json ? `${machineReadable(value)}\n` : text)
  return 0
}
