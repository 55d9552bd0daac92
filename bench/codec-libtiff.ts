import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** User and system CPU milliseconds of one `tiffcp` run, from the shell's own accounting. */
export function tiffcpCpuMs(args: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time tiffcp "$@"'
  const { status, stderr, error } = spawnSync('bash', ['-c', script, 'bash', ...args], { encoding: 'utf8' })
  if (error) throw error
  const times = stderr.trim().split('\n').at(-1)!.split(' ').map(Number)
  if (status !== 0 || times.length !== 2 || times.some(Number.isNaN))
    throw new Error(`tiffcp failed: ${stderr}`)
  return (times[0]! + times[1]!) * 1000
}

/** libtiff's names of the three codings; its K is 4 at fine resolution. */
export type LibtiffCoding = 'g4' | 'g3:2d' | 'g3:1d'

/** One strip a page, as a fax file has it. */
const ONE_STRIP = ['-r', '100000']

/** Compares with libtiff through files of one corpus, which libtiff itself writes. */
export class LibtiffPeer {
  readonly #folder: string
  readonly #raw: string

  constructor(folder: string, sourceTiff: string, codings: readonly LibtiffCoding[]) {
    this.#folder = folder
    this.#raw = join(folder, 'raw.tif')
    tiffcpCpuMs([...ONE_STRIP, '-c', 'none', sourceTiff, this.#raw])
    for (const coding of codings) tiffcpCpuMs([...ONE_STRIP, '-c', coding, sourceTiff, this.#coded(coding)])
  }

  /**
   * CPU milliseconds of coding and of decoding alone. Copying the raw file costs the same reading and more
   * writing (or the same writing and more reading), so what is subtracted flatters libtiff.
   */
  measure(coding: LibtiffCoding): { encodeMs: number; decodeMs: number } {
    const out = join(this.#folder, 'out.tif')
    const copy = tiffcpCpuMs([...ONE_STRIP, '-c', 'none', this.#raw, out])
    const encode = tiffcpCpuMs([...ONE_STRIP, '-c', coding, this.#raw, out])
    const decode = tiffcpCpuMs([...ONE_STRIP, '-c', 'none', this.#coded(coding), out])
    return { encodeMs: encode - copy, decodeMs: decode - copy }
  }

  #coded(coding: LibtiffCoding): string {
    return join(this.#folder, `${coding.replace(':', '-')}.tif`)
  }
}
