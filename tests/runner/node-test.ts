import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './command.ts'

/** How a run of test files ended. `ok` is the runner's own exit, which also covers a run that broke down. */
export interface Outcome {
  readonly ok: boolean
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Runs files, in this order, under node's own test runner, whose report goes to our output. */
export async function runTestFiles(
  root: string,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-counts-'))
  const counts = join(folder, 'counts.json')
  try {
    const program = join(import.meta.dirname, 'run-files.ts')
    // Hundreds of processes load the same modules: types are stripped and code is compiled once, as \`./start\` has it.
    const cache = join(root, 'node_modules/.cache/answerback')
    const cached = { NODE_COMPILE_CACHE: cache, ...env }
    const ok = await runCommand(root, process.execPath, [program, counts, ...files], cached)
    return { ok, ...readCounts(counts) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readCounts(file: string): Omit<Outcome, 'ok'> {
  const counts = JSON.parse(readFileSync(file, 'utf8'))
  return {
    passed: counts.passed,
    failed: counts.failed + counts.cancelled,
    skipped: counts.skipped + counts.todo,
  }
}
