import type { Timeline, TimelineEntry } from './fax.ts'
import { printable } from './printable.ts'

const NAME_WIDTH = 20

/**
 * A call as a ladder: our frames go right, the far end's left, and what happened here stands by itself.
 *
 *        0.000 s  INVITE ──────────────▶
 *        4.210 s  ◀────────────────── DIS  ecm=true bitRate=14400
 */
export function describeTimeline(timeline: Timeline | null | undefined): string {
  if (timeline == null) return '      no frames were recorded\n'
  const lines = timeline.entries.map(describeEntry)
  if (timeline.cut > 0) lines.push(`      (${timeline.cut} entries after the 3,000th are left out)`)
  return lines.map((line) => `${line}\n`).join('')
}

function describeEntry({ atMs, direction, what, detail }: TimelineEntry): string {
  const at = `${(atMs / 1000).toFixed(3)} s`.padStart(13)
  const name = printable(what)
  const line = '─'.repeat(Math.max(2, NAME_WIDTH - name.length))
  const step = { sent: `${name} ${line}▶`, received: `◀${line} ${name}`, local: `· ${name}` }[direction]
  const details = Object.entries(detail ?? {}).map(
    ([key, value]) => `${printable(key)}=${printable(String(value))}`,
  )
  return [at, step.padEnd(NAME_WIDTH + 2), ...details].join('  ').trimEnd()
}
