import { execFileSync } from 'node:child_process'

/** What one run of ghostscript cost. */
export interface GhostscriptRun {
  readonly cpuMs: number
  readonly wallMs: number
}

/**
 * PDF → G4 TIFF at 204x196 with ghostscript, the way HylaFAX and most gateways do it. `prologue` is PostScript run
 * first. CPU is the process's own, as the shell's `times` counts it.
 */
export function ghostscriptToTiff(pdf: string, tiff: string, prologue?: string): GhostscriptRun {
  const options = [
    '-q',
    '-dNOPAUSE',
    '-dBATCH',
    '-dSAFER',
    '-sDEVICE=tiffg4',
    '-r204x196',
    `-sOutputFile=${tiff}`,
  ]
  const input = prologue === undefined ? [pdf] : ['-c', prologue, '-f', pdf]
  const started = performance.now()
  const timed = execFileSync('bash', ['-c', 'gs "$@" >/dev/null && times', 'gs', ...options, ...input], {
    encoding: 'utf8',
  })
  return { cpuMs: childCpuMs(timed), wallMs: performance.now() - started }
}

/** The second line of `times` holds the user and system time of the shell's children: `0m0.123s 0m0.045s`. */
function childCpuMs(times: string): number {
  const children = times.trim().split('\n').at(-1)!
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, m) => sum + (Number(m[1]) * 60 + Number(m[2])) * 1000,
    0,
  )
}
