import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { UnreadableFile, UsageError } from '../../src/failures.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The command line as somebody runs it against a server, in a process of its own; `input` comes through a pipe. */
export function commandLineOf(url: string, key: string) {
  return async (args: readonly string[], input = ''): Promise<Said> => {
    const env = { ...process.env, ANSWERBACK_URL: url, ANSWERBACK_KEY: key }
    const child = spawn(process.execPath, [MAIN, ...args], { env })
    const said = { out: '', err: '' }
    child.stdout.on('data', (chunk) => {
      said.out += chunk
    })
    child.stderr.on('data', (chunk) => {
      said.err += chunk
    })
    // A command that reads no input may have ended before it came.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    const [code] = await once(child, 'close')
    return { code, ...said }
  }
}

/** For `assert.rejects`: the command line, or a file it names, is wrong. Both end with 2, and nothing was sent. */
export function refusal(told: RegExp) {
  return (error: unknown): true => {
    assert.ok(error instanceof UsageError || error instanceof UnreadableFile, String(error))
    assert.match(error.message, told)
    return true
  }
}
