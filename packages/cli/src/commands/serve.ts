import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CommandLine } from '../command-line.ts'

/** Starts the server in its production profile and stands in front of it until it ends. */
export async function serve(line: CommandLine): Promise<number> {
  const program = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url))
  const config = line.options.config === undefined ? [] : ['--config', line.options.config]
  const child = spawn(process.execPath, [program, '--profile', 'production', ...config], { stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  return new Promise((resolve) => {
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
