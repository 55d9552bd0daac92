import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { Word } from '../page-text.ts'
import { PageUnread } from '../reading/page-unread.ts'
import { type Grey, toPgm } from '../reading/square-grey.ts'
import { type Recogniser, TESSERACT_VARIABLES, TSV_CHARACTERS_MAX } from './recogniser.ts'
import { parseTesseractTsv } from './tesseract-tsv.ts'

type Child = ChildProcessByStdio<Writable, Readable, null>

/** Nothing of our own environment, and one thread: pages run side by side instead. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', OMP_THREAD_LIMIT: '1' }
const READ_PAGE = [
  'stdin',
  'stdout',
  '-l',
  'eng',
  ...Object.entries({ ...TESSERACT_VARIABLES, tessedit_create_tsv: '1' }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]),
]
/** A third of the share of a process at 0: enough to give way, and pages are still read on a busy machine. */
const NICENESS = 5
const ANSWER_CHARACTERS_MAX = 64 * 1024

/** The version of the tesseract that `program` is, if it is one that has the data for English. */
export async function findNativeTesseract(program: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await runProgram(program, ['--version'], undefined, ANSWER_CHARACTERS_MAX, signal)
    const version = /^tesseract v?([4-9]\.[\w.-]{1,30})/.exec(answer)?.[1]
    const languages = await runProgram(program, ['--list-langs'], undefined, ANSWER_CHARACTERS_MAX, signal)
    return /^eng$/m.test(languages) ? version : undefined
  } catch (error) {
    if (error instanceof PageUnread && error.reason === 'fault') return undefined
    throw error
  }
}

/** The tesseract of the machine: a process a page, which gets the picture and gives the words through pipes only. */
export class NativeTesseract implements Recogniser {
  readonly engine: string
  readonly #program: string
  readonly #closing = new AbortController()

  constructor(program: string, version: string) {
    this.#program = program
    this.engine = `tesseract ${version}`
  }

  async recognise(picture: Grey, signal: AbortSignal): Promise<readonly Word[]> {
    const either = AbortSignal.any([signal, this.#closing.signal])
    return parseTesseractTsv(
      await runProgram(this.#program, READ_PAGE, toPgm(picture), TSV_CHARACTERS_MAX, either),
    )
  }

  async close(): Promise<void> {
    this.#closing.abort(new PageUnread('closed'))
  }
}

/** What the program prints. Throws the signal's reason, having killed it, and `PageUnread` `fault` if it fails. */
async function runProgram(
  program: string,
  args: readonly string[],
  input: Uint8Array | undefined,
  charactersMax: number,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted()
  const child: Child = spawn(program, args, { env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'ignore'] })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let printed = ''
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk
    if (printed.length > charactersMax) reject(new PageUnread('fault'))
  })
  child.on('error', () => reject(new PageUnread('fault')))
  child.on('close', (code) => (code === 0 ? resolve(printed) : reject(new PageUnread('fault'))))
  // It may end before it has read everything; its exit code says the rest.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  yieldToCalls(child)
  try {
    return await promise
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** A call on the line has milliseconds to answer; a page of text has minutes. */
function yieldToCalls({ pid }: Child): void {
  if (pid === undefined) return
  try {
    setPriority(pid, NICENESS)
  } catch {
    // Gone already, or not allowed: it reads all the same.
  }
}
