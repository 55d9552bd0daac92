import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Reason to skip a test that compares with libtiff's tools, or false where they are installed. */
export const NEEDS_LIBTIFF =
  spawnSync('tiffinfo', ['-h']).error === undefined ? false : 'needs libtiff-tools (tiffcp)'

/** Runs `tiffcp OPTIONS in out` and returns the file written; libtiff's warnings are errors here. */
export function tiffcp(options: readonly string[], tiff: Uint8Array): Uint8Array {
  return withFile(tiff, (input, folder) => {
    const output = join(folder, 'out.tif')
    const { status, stderr } = spawnSync('tiffcp', [...options, input, output], { encoding: 'utf8' })
    if (status !== 0 || stderr !== '') throw new Error(`tiffcp: ${stderr}`)
    return readFileSync(output)
  })
}

export function tiffinfo(tiff: Uint8Array): string {
  return withFile(tiff, (input) => execFileSync('tiffinfo', [input], { encoding: 'utf8' }))
}

/** What `tiffcmp` says: a line for each tag that differs, and one that starts with `Scanline` for pixels. */
export function tiffcmp(left: Uint8Array, right: Uint8Array): string {
  return withFile(left, (input, folder) => {
    const other = join(folder, 'other.tif')
    writeFileSync(other, right)
    const { stdout, stderr } = spawnSync('tiffcmp', ['-t', input, other], { encoding: 'utf8' })
    return stdout + stderr
  })
}

function withFile<T>(tiff: Uint8Array, use: (path: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-tiff-'))
  try {
    const path = join(folder, 'in.tif')
    writeFileSync(path, tiff)
    return use(path, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
