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

const CONCURRENCY = 2
const TEST_LIMIT_MS = 600_000

/** Runs files under node's own test runner, whose report goes to our output. */
export async function runTestFiles(
  root: string,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-counts-'))
  const counts = join(folder, 'counts.json')
  try {
    const ok = await runCommand(
      root,
      process.execPath,
      [
        '--test',
        `--test-concurrency=${CONCURRENCY}`,
        `--test-timeout=${TEST_LIMIT_MS}`,
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        `--test-reporter=${join(import.meta.dirname, 'counts-reporter.ts')}`,
        `--test-reporter-destination=${counts}`,
        ...files,
      ],
      env,
    )
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
