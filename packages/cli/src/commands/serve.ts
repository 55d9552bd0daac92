import type { CommandLine } from '../command-line.ts'
import { runServer } from '../server-process.ts'

/** The production server, until it is told to stop. */
export function serve(line: CommandLine): Promise<number> {
  return runServer([], line.options.config)
}
