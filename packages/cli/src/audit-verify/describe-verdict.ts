import { printable } from '../printable.ts'
import type { Finding } from './findings.ts'
import type { Verdict, VerifyOptions } from './verdict.ts'

const LISTED_MAX = 50

/** What a person wants to know first: is it intact, and if not, where. */
export function describeVerdict(verdict: Verdict, { key, kept }: VerifyOptions): string {
  const { isIntact, findings, findingCount, warnings, signedSize, signedAtMs } = verdict
  const counts = `${verdict.ownCount} entries of ${named(verdict.account)} (${named(verdict.mode)}) among ${verdict.leafCount} leaves`
  const listed = findings.slice(0, LISTED_MAX).map((finding) => `  ${describeFinding(finding)}\n`)
  const more = findingCount > listed.length ? `  and ${findingCount - listed.length} more\n` : ''
  const clock = warnings.map(({ leaf, position, what }) => {
    const entry = position === null ? '' : `, entry ${position}`
    return `  leaf ${leaf}${entry}: ${what}\n`
  })
  const signed =
    signedAtMs === null ? '' : `, the last one of ${signedSize} leaves, ${new Date(signedAtMs).toISOString()}`
  return [
    isIntact ? `intact    ${counts}\n` : `NOT INTACT  ${counts}\n`,
    ...listed,
    more,
    isExport(verdict) ? '' : 'Nothing in it is of an export of the audit: is it the right file?\n',
    clock.length === 0 ? '' : 'The clock was set; the order is that of the log:\n',
    ...clock,
    `signed    ${verdict.checkpointCount} ${verdict.checkpointCount === 1 ? 'checkpoint' : 'checkpoints'}${signed}\n`,
    `exported  ${named(verdict.exportedAt)}: if you exported it later than that, entries are withheld\n`,
    `log       ${named(verdict.log)}\n`,
    key === undefined && verdict.verifierKey !== null
      ? `key       ${named(verdict.verifierKey)}\n          (of the file itself: compare it with the one you keep, or give --key)\n`
      : `key       ${key === undefined ? 'unknown' : 'as given'}\n`,
    kept === undefined ? '' : `kept      ${kept.length} checkpoints compared\n`,
  ].join('')
}

/** A file of another kind has neither a head that can be read nor a leaf. */
function isExport({ log, leafCount }: Verdict): boolean {
  return log !== null || leafCount > 0
}

function describeFinding({ code, what, line, leaf, lastLeaf, position }: Finding): string {
  const leaves =
    lastLeaf !== null && lastLeaf !== leaf
      ? `leaves ${leaf} to ${lastLeaf}`
      : leaf === null
        ? ''
        : `leaf ${leaf}`
  const places = [line === null ? '' : `line ${line}`, leaves, position === null ? '' : `entry ${position}`]
  return `${places.filter(Boolean).join(', ')}: ${what} [${code}]`
}

function named(text: string | null): string {
  return printable((text ?? 'unknown').slice(0, 300))
}
