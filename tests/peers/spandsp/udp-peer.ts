import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFarEnd } from './build.ts'
import { parseEvents, type SpandspCompletion, type SpandspEvent } from './events.ts'
import { optionLines, settingLines } from './options.ts'
import type { SpandspCallOptions } from './peer.ts'

export interface UdpOptions {
  /** Default: one that is free. */
  readonly localPort?: number
  /** On 127.0.0.1. Default: where the first datagram comes from. */
  readonly remotePort?: number
  /** How many earlier packets each datagram carries, up to 8. Default 3. */
  readonly redundancy?: number
  /** FEC in what is sent, instead of redundancy. Only redundancy is made use of in what is received. */
  readonly fec?: { readonly span: number; readonly entries: number }
  /** How many times faster than real its clock runs. Default 1. */
  readonly clockFactor?: number
  /** It hangs up after so much of its own time. Default 600. */
  readonly limitSeconds?: number
}

export interface UdpCall {
  readonly events: readonly SpandspEvent[]
  readonly completion: SpandspCompletion
  readonly receivedTiff: Uint8Array | undefined
}

/** One call of libspandsp over real UDPTL on 127.0.0.1, in a process that ends with the call. */
export class UdpPeer {
  readonly port: number
  /** Rejects when the process ends without an outcome. */
  readonly done: Promise<UdpCall>
  readonly #child: ChildProcess

  private constructor(port: number, done: Promise<UdpCall>, child: ChildProcess) {
    this.port = port
    this.done = done
    this.#child = child
    // Nobody may be waiting yet when it fails; whoever waits later still learns of it.
    done.catch(() => undefined)
  }

  /** Resolves when it listens; a caller speaks at once. */
  static async start(options: SpandspCallOptions & UdpOptions): Promise<UdpPeer> {
    const farEnd = findFarEnd()
    if (!farEnd.available) throw new Error(`libspandsp ${farEnd.reason}`)
    const folder = mkdtempSync(join(tmpdir(), 'answerback-spandsp-'))
    const file = join(folder, 'fax.tif')
    if (options.role === 'caller') writeFileSync(file, options.tiff)
    const child = spawn(farEnd.path, ['udp', ...udpArguments(options, file)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const answers = answersOf(child.stdout)
    try {
      const [event] = await nextAnswer(answers)
      if (event?.kind !== 'port') throw new Error('The far end named no port')
      const done = collect(answers, file).finally(() => rmSync(folder, { recursive: true }))
      return new UdpPeer(event.port, done, child)
    } catch (error) {
      rmSync(folder, { recursive: true })
      throw error
    }
  }

  /** Ends it in the middle of whatever it does; `done` rejects. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

function udpArguments(options: SpandspCallOptions & UdpOptions, file: string): string[] {
  const own = optionLines({
    caller: options.role === 'caller',
    file,
    localPort: options.localPort,
    remotePort: options.remotePort,
    redundancy: options.redundancy,
    fecSpan: options.fec?.span,
    fecEntries: options.fec?.entries,
    clockFactor: options.clockFactor,
    limitSeconds: options.limitSeconds,
  })
  return [...own, ...settingLines(options)]
}

async function* answersOf(stdout: AsyncIterable<Buffer>): AsyncGenerator<SpandspEvent[]> {
  let pending = Buffer.alloc(0)
  for await (const chunk of stdout) {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32LE(0)) {
      const end = 4 + pending.readUInt32LE(0)
      yield parseEvents(pending.subarray(4, end))
      pending = pending.subarray(end)
    }
  }
}

async function nextAnswer(answers: AsyncGenerator<SpandspEvent[]>): Promise<SpandspEvent[]> {
  const answer = await answers.next()
  if (answer.done) throw new Error('The far end has died; what it said is on stderr')
  return answer.value
}

async function collect(answers: AsyncGenerator<SpandspEvent[]>, file: string): Promise<UdpCall> {
  const events = await nextAnswer(answers)
  const end = events.findLast((event) => event.kind === 'phase-e')
  if (end === undefined) throw new Error('The far end named no outcome')
  const receivedTiff = existsSync(file) ? readFileSync(file) : undefined
  return {
    events: events.filter((event) => event.kind !== 'state'),
    completion: end.completion,
    receivedTiff,
  }
}
