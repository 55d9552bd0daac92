import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { Logger } from '../../ports/logger.ts'

/** Files a certificate is kept in, PEM. */
export interface PemPaths {
  /** The chain, our own first. */
  readonly certificate: string
  readonly key: string
  /** Who signs certificates of callers; absent: nobody is asked for one. */
  readonly clientCa?: string
}

export interface Pem {
  readonly cert: Buffer
  readonly key: Buffer
  readonly ca?: Buffer
}

/** They cannot be read, or certificate and key are not a pair. Says nothing of what is in them. */
export class TlsFilesError extends Error {
  override readonly name = 'TlsFilesError'
}

/** Certificates are renewed by other programs, some through symbolic links that `fs.watch` loses: three small reads are cheap. */
const LOOK_EVERY_MS = 5_000

/** A certificate and its key, read again when their files change. What cannot be used replaces nothing. */
export class TlsFiles {
  readonly #paths: PemPaths
  readonly #log: Logger
  readonly #listeners: ((pem: Pem) => void)[] = []
  #pem: Pem
  #refused: Pem | undefined
  #timer: NodeJS.Timeout | undefined

  private constructor(paths: PemPaths, pem: Pem, log: Logger) {
    this.#paths = paths
    this.#pem = pem
    this.#log = log
  }

  /** @throws TlsFilesError */
  static async open(paths: PemPaths, log: Logger): Promise<TlsFiles> {
    const pem = await read(paths)
    assertUsable(pem)
    return new TlsFiles(paths, pem, log)
  }

  get pem(): Pem {
    return this.#pem
  }

  /** Tells of every change from now on. */
  onChange(listener: (pem: Pem) => void): void {
    this.#listeners.push(listener)
  }

  /** Looks at the files every few seconds, until `close`. */
  watch(): void {
    this.#timer ??= setInterval(() => void this.reload(), LOOK_EVERY_MS).unref()
  }

  /**
   * Reads the files now. While a renewal writes one after the other they are no pair for a moment, so a set that is refused is
   * told once, and the one in use stays.
   */
  async reload(): Promise<void> {
    let found: Pem | undefined
    try {
      found = await read(this.#paths)
      if (isSame(found, this.#pem)) return
      assertUsable(found)
    } catch (error) {
      if (found === undefined || !this.#refused || !isSame(found, this.#refused))
        this.#log.warn('tls.files_refused', { error })
      this.#refused = found
      return
    }
    this.#pem = found
    this.#refused = undefined
    this.#log.info('tls.reloaded')
    for (const listener of this.#listeners) listener(found)
  }

  close(): void {
    clearInterval(this.#timer)
  }
}

async function read(paths: PemPaths): Promise<Pem> {
  try {
    const [cert, key, ca] = await Promise.all([
      readFile(paths.certificate),
      readFile(paths.key),
      paths.clientCa === undefined ? undefined : readFile(paths.clientCa),
    ])
    return { cert, key, ...(ca ? { ca } : {}) }
  } catch (cause) {
    throw new TlsFilesError('A file of the certificate cannot be read.', { cause })
  }
}

function assertUsable(pem: Pem): void {
  try {
    createSecureContext({ ...pem })
  } catch (cause) {
    throw new TlsFilesError('Certificate and key are no pair in PEM.', { cause })
  }
}

function isSame(a: Pem, b: Pem): boolean {
  return (
    a.cert.equals(b.cert) && a.key.equals(b.key) && (a.ca === b.ca || (!!a.ca && !!b.ca && a.ca.equals(b.ca)))
  )
}
