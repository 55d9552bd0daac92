import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Reasons to skip a test that needs another program, or false where it is installed. */
export const NEEDS_POPPLER = spawnSync('pdftotext', ['-v']).error ? 'needs poppler-utils (pdftotext)' : false
export const NEEDS_QPDF = spawnSync('qpdf', ['--version']).error ? 'needs qpdf' : false

/** Debian's libpdfbox2-java, and what Java no longer brings itself: libactivation-java, libjaxb-api-java. */
const JARS = [
  'preflight',
  'pdfbox2',
  'xmpbox',
  'fontbox2',
  'commons-logging',
  'javax.activation',
  'jaxb-api',
].map((name) => `/usr/share/java/${name}.jar`)
const missing = JARS.filter((jar) => !existsSync(jar))

export const NEEDS_PREFLIGHT = spawnSync('java', ['-version']).error
  ? 'needs java'
  : missing.length > 0 && `needs PDFBox Preflight (${missing.join(', ')})`

export function withFile<T>(bytes: Uint8Array, use: (path: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'pdfa-'))
  try {
    const path = join(folder, 'fax.pdf')
    writeFileSync(path, bytes)
    return use(path, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Runs `PROGRAM OPTIONS file MORE` and returns what it printed. */
export function run(
  program: string,
  options: readonly string[],
  pdf: Uint8Array,
  more: readonly string[] = [],
): string {
  return withFile(pdf, (path) => execFileSync(program, [...options, path, ...more], { encoding: 'utf8' }))
}

/** What PDFBox says against the file as PDF/A-1b; nothing if it is one. */
export function preflightFaults(pdf: Uint8Array): string[] {
  const { stdout, stderr } = withFile(pdf, (path) =>
    spawnSync('java', ['-cp', JARS.join(':'), 'org.apache.pdfbox.preflight.Validator_A1b', path], {
      encoding: 'utf8',
    }),
  )
  if (/is a valid PDF\/A-1b file/.test(stdout)) return []
  if (!/is not a valid PDF\/A-1b file/.test(stdout)) throw new Error(`Preflight: ${stdout}${stderr}`)
  return stdout.split('\n').filter((line) => /^\d+(?:\.\d+)* : /.test(line))
}

/** A word as `pdftotext -bbox` finds it: points from the top left of the page as it is shown. */
export interface FoundWord {
  readonly text: string
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export function foundWords(pdf: Uint8Array): FoundWord[] {
  const lines = run('pdftotext', ['-bbox'], pdf, ['-']).matchAll(
    /<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)<\/word>/g,
  )
  return Array.from(lines, ([, left, top, right, bottom, text]) => ({
    text: text!,
    left: Number(left),
    top: Number(top),
    right: Number(right),
    bottom: Number(bottom),
  }))
}
