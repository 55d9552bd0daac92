import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFarEnd } from './build.ts'
import { parseEvents, type SpandspCompletion, type SpandspEvent } from './events.ts'
import { optionLines, type SpandspSetting, settingLines } from './options.ts'
import { SynchronousPipe } from './pipe.ts'

export type SpandspCallOptions = SpandspSetting &
  ({ readonly role: 'caller'; readonly tiff: Uint8Array } | { readonly role: 'answerer' })

const HEAD_OCTETS = 7
const CALLS_MAX = 1024

/**
 * libspandsp in a process of its own, which runs any number of calls in lockstep: nothing happens in a call but
 * inside `receive` and `advance`, and time is only the samples it is told. Every method returns when it is done.
 */
export class SpandspPeer {
  readonly #pipe: SynchronousPipe
  readonly #folder: string
  readonly #free: number[] = []
  #opened = 0
  #filesWritten = 0

  /** @throws where the far end is not available: see `needsSpandsp` */
  constructor() {
    const farEnd = findFarEnd()
    if (!farEnd.available) throw new Error(`libspandsp ${farEnd.reason}`)
    this.#folder = mkdtempSync(join(tmpdir(), 'answerback-spandsp-'))
    this.#pipe = new SynchronousPipe(farEnd.path, ['lockstep'], this.#folder)
  }

  call(options: SpandspCallOptions): SpandspCall {
    const id = this.#free.pop() ?? this.#opened++
    if (id >= CALLS_MAX) throw new RangeError(`A far end runs at most ${CALLS_MAX} calls at once`)
    const file = join(this.#folder, `${this.#filesWritten++}.tif`)
    if (options.role === 'caller') writeFileSync(file, options.tiff)
    const role = optionLines({ caller: options.role === 'caller', file })
    const body = Buffer.from([...role, ...settingLines(options)].join('\n'))
    this.#request('O', id, body)
    this.#answer()
    return new SpandspCall(file, {
      tell: (operation, operand) => this.#request(operation, id, operand),
      ask: (operation, operand) => {
        this.#request(operation, id, operand)
        return this.#answer()
      },
      forget: () => {
        this.#request('C', id, NOTHING)
        this.#free.push(id)
        rmSync(file, { force: true })
      },
      talkTo: (otherId, samples) => {
        const operand = Buffer.allocUnsafe(6)
        operand.writeUInt16LE(otherId, 0)
        operand.writeUInt32LE(samples, 2)
        this.#request('T', id, operand)
        return [this.#answer(), this.#answer()]
      },
      id,
    })
  }

  /** CPU milliseconds its process has used so far. */
  cpuMs(): number {
    this.#request('U', 0, NOTHING)
    const [event] = this.#answer()
    return event?.kind === 'cpu' ? event.microseconds / 1000 : Number.NaN
  }

  stop(): void {
    this.#pipe.close()
    rmSync(this.#folder, { recursive: true })
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  #request(operation: string, id: number, body: Uint8Array): void {
    const request = Buffer.allocUnsafe(HEAD_OCTETS + body.length)
    request.writeUInt32LE(HEAD_OCTETS - 4 + body.length, 0)
    request.write(operation, 4, 'latin1')
    request.writeUInt16LE(id, 5)
    request.set(body, HEAD_OCTETS)
    this.#pipe.write(request)
  }

  #answer(): SpandspEvent[] {
    return parseEvents(this.#pipe.read(this.#pipe.read(4).readUInt32LE(0)))
  }
}

/** One terminal's share of the process. */
interface Slot {
  readonly id: number
  tell(operation: string, operand: Uint8Array): void
  ask(operation: string, operand: Uint8Array): SpandspEvent[]
  talkTo(otherId: number, samples: number): [own: SpandspEvent[], others: SpandspEvent[]]
  forget(): void
}

/** A T.38 terminal of libspandsp in a call. */
export class SpandspCall {
  /** Everything since the call began, oldest first. */
  readonly events: SpandspEvent[] = []
  readonly #file: string
  readonly #slot: Slot
  #now = 0
  #isActive = true
  #completion: SpandspCompletion | undefined

  constructor(file: string, slot: Slot) {
    this.#file = file
    this.#slot = slot
  }

  /** Samples since the call began. */
  get now(): number {
    return this.#now
  }

  /** False once the terminal has sent or seen DCN, or given up. */
  get isActive(): boolean {
    return this.#isActive
  }

  /** The outcome; undefined until phase E. */
  get completion(): SpandspCompletion | undefined {
    return this.#completion
  }

  /** An IFP packet arrives now. A gap in `sequence` tells of lost ones; a repeated number is dropped. */
  receive(ifp: Uint8Array, sequence: number): void {
    const operand = Buffer.allocUnsafe(2 + ifp.length)
    operand.writeUInt16LE(sequence & 0xffff, 0)
    operand.set(ifp, 2)
    this.#slot.tell('R', operand)
  }

  /** Time passes, in ticks of 20 ms. Returns what happened in it, and since the last answer. */
  advance(samples: number): readonly SpandspEvent[] {
    return this.#advance(samples, false)
  }

  /** As `advance`, but no further than the tick in which it sends something: `now` tells how far that was. */
  advanceToPacket(samplesMax: number): readonly SpandspEvent[] {
    return this.#advance(samplesMax, true)
  }

  /** The line drops. Phase E follows at once, where it has not been. */
  hangUp(): readonly SpandspEvent[] {
    return this.#take(this.#slot.ask('H', NOTHING))
  }

  /**
   * Lets two calls of the same peer talk over a perfect network until both are done, inside the far end's process:
   * for measurements, as nothing of ours runs meanwhile.
   */
  talkTo(other: SpandspCall, samplesMax: number): void {
    const [own, others] = this.#slot.talkTo(other.#slot.id, samplesMax)
    this.#take(own)
    other.#take(others)
  }

  /** What an answerer has written; undefined before the first page is whole. */
  receivedTiff(): Uint8Array | undefined {
    return existsSync(this.#file) ? readFileSync(this.#file) : undefined
  }

  /** Forgets the call and its file. */
  close(): void {
    this.#slot.forget()
  }

  #advance(samples: number, stopsAtPacket: boolean): readonly SpandspEvent[] {
    const operand = Buffer.allocUnsafe(5)
    operand.writeUInt32LE(samples, 0)
    operand[4] = Number(stopsAtPacket)
    return this.#take(this.#slot.ask('A', operand))
  }

  #take(events: readonly SpandspEvent[]): readonly SpandspEvent[] {
    for (const event of events) {
      this.#now = event.at
      if (event.kind === 'state') this.#isActive = event.isActive
      if (event.kind === 'phase-e') this.#completion = event.completion
    }
    const seen = events.filter((event) => event.kind !== 'state')
    this.events.push(...seen)
    return seen
  }
}

const NOTHING = new Uint8Array(0)
