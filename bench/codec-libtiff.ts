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

export interface LibtiffFiles {
  readonly raw: string
  readonly g4: string
  readonly out: string
}

/** One strip a page, as a fax file has it. */
const ONE_STRIP = ['-r', '100000']

/** Writes the corpus uncompressed and in G4, both by libtiff itself. */
export function prepareFiles(folder: string, sourceTiff: string): LibtiffFiles {
  const files = { raw: join(folder, 'raw.tif'), g4: join(folder, 'g4.tif'), out: join(folder, 'out.tif') }
  tiffcpCpuMs([...ONE_STRIP, '-c', 'none', sourceTiff, files.raw])
  tiffcpCpuMs([...ONE_STRIP, '-c', 'g4', sourceTiff, files.g4])
  return files
}

/**
 * CPU milliseconds of coding and of decoding alone: copying the raw file costs the same reading and more
 * writing (or the same writing and more reading), so what is subtracted flatters libtiff.
 */
export function measureLibtiff(files: LibtiffFiles): { encodeMs: number; decodeMs: number } {
  const copy = tiffcpCpuMs([...ONE_STRIP, '-c', 'none', files.raw, files.out])
  const encode = tiffcpCpuMs([...ONE_STRIP, '-c', 'g4', files.raw, files.out])
  const decode = tiffcpCpuMs([...ONE_STRIP, '-c', 'none', files.g4, files.out])
  return { encodeMs: encode - copy, decodeMs: decode - copy }
}
