import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { UnreadableFile, UsageError } from './failures.ts'

/** Keys and ids are far shorter: what is longer is another file. */
const BYTES_MAX = 4_096

/** What a command asks for in a file because it must not stand on the command line. */
export interface Asked {
  /** Such as "API key": told when it is missing, and asked for on a terminal. */
  readonly what: string
  /** Whether it shows while it is typed. */
  readonly isSecret: boolean
}

/**
 * One line from a file, from a pipe (`-`), or from a person at a terminal (`-`): every user of the machine sees a command line, and the shell
 * keeps it.
 * @throws UnreadableFile also when there is none, or more than a line
 */
export async function readGiven(path: string, asked: Asked): Promise<string> {
  const text = path !== '-' ? await fromFile(path) : process.stdin.isTTY ? await typed(asked) : await piped()
  const line = text.replace(/\r?\n$/, '')
  if (line === '') throw new UnreadableFile(`The ${asked.what} is empty.`)
  if (Buffer.byteLength(line) > BYTES_MAX || /[\r\n]/.test(line))
    throw new UnreadableFile(
      `The ${asked.what} is one line of at most ${BYTES_MAX} bytes: this is something else.`,
    )
  return line
}

/** @throws UsageError when more than one of them would read the same pipe */
export function assertOnePipe(paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => path === '-').length > 1)
    throw new UsageError('Only one of them can come from stdin: name a file for the other.')
}

async function fromFile(path: string): Promise<string> {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES_MAX + 3))
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    throw new UnreadableFile(`Cannot read the file ${path}.`)
  }
}

async function piped(): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Uint8Array)
    length += (chunk as Uint8Array).length
    if (length > BYTES_MAX + 2) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** On the error stream, so that a piped answer stays clean. */
async function typed({ what, isSecret }: Asked): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({
    input: process.stdin,
    output: isSecret ? silent : process.stderr,
    terminal: true,
    historySize: 0,
  })
  // Only now: the terminal shows nothing of itself any more.
  process.stderr.write(isSecret ? `The ${what}, then Enter (it does not show): ` : `The ${what}: `)
  try {
    return await new Promise((resolve, reject) => {
      terminal.once('line', resolve)
      terminal.once('close', () => reject(new UnreadableFile(`The ${what} is missing.`)))
    })
  } finally {
    terminal.close()
    if (isSecret) process.stderr.write('\n')
  }
}
