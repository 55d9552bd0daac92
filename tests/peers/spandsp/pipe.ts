import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A child process one talks to without waiting for the event loop: a request and its answer cost some 20 µs, and a
 * call takes thousands of them. Node's own pipes to a child cannot be read like that, so named ones are used.
 */
export class SynchronousPipe {
  readonly #child: ChildProcess
  readonly #toChild: number
  readonly #fromChild: number

  /** `folder` must be writable, and used by no other pipe. */
  constructor(path: string, args: readonly string[], folder: string) {
    const [down, up] = [join(folder, 'down'), join(folder, 'up')]
    execFileSync('mkfifo', [down, up])
    const [childReads, parentWrites] = openBothEnds(down)
    const [parentReads, childWrites] = openBothEnds(up)
    this.#toChild = parentWrites
    this.#fromChild = parentReads
    this.#child = spawn(path, args, { stdio: [childReads, childWrites, 'inherit'] })
    this.#child.unref()
    // With our copies closed, a child that has died reads as the end of the pipe.
    closeSync(childReads)
    closeSync(childWrites)
  }

  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#toChild, bytes, done)
  }

  /** Blocks until that many octets are there. Throws when the child ends before. */
  read(octets: number): Buffer {
    const bytes = Buffer.allocUnsafe(octets)
    for (let done = 0; done < octets; ) {
      const count = readSync(this.#fromChild, bytes, done, octets - done, null)
      if (count === 0) throw new Error('The far end has died; what it said is on stderr')
      done += count
    }
    return bytes
  }

  /** The child sees the end of its input and ends. */
  close(): void {
    closeSync(this.#toChild)
    closeSync(this.#fromChild)
  }
}

/** Opening one end of a named pipe waits for the other; an end that is both opens at once. */
function openBothEnds(path: string): [reading: number, writing: number] {
  const both = openSync(path, constants.O_RDWR)
  const reading = openSync(path, constants.O_RDONLY)
  const writing = openSync(path, constants.O_WRONLY)
  closeSync(both)
  return [reading, writing]
}
