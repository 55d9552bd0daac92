import { spawn } from 'node:child_process'

/** Runs a program with our output as its own. @returns whether it exited 0 */
export async function runCommand(
  root: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env })
  const status = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject))
  return status === 0
}
