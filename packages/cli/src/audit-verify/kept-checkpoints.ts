import type { NumberedLine } from './read-lines.ts'
import { type OpenedCheckpoint, openCheckpoint, type VerifierKey } from './signed-note.ts'

/** Checkpoints that were kept elsewhere: what `auditCheckpointFile` of the server's configuration names. */
export interface KeptCheckpoints {
  /** Smallest first. */
  readonly checkpoints: readonly OpenedCheckpoint[]
  /** Lines that hold none, or one whose signature does not hold. */
  readonly badLines: readonly number[]
}

export async function readKeptCheckpoints(
  lines: AsyncIterable<readonly NumberedLine[]>,
  key: VerifierKey,
): Promise<KeptCheckpoints> {
  const bySize = new Map<string, OpenedCheckpoint>()
  const badLines: number[] = []
  for await (const some of lines) {
    for (const { number, text } of some) {
      if (text === '') continue
      const opened = openCheckpoint(noteOf(text), key)
      if (typeof opened === 'string') badLines.push(number)
      // Two roots of one size are both kept: no log agrees with both.
      else bySize.set(`${opened.size} ${opened.root.toString('base64')}`, opened)
    }
  }
  return { checkpoints: [...bySize.values()].sort((left, right) => left.size - right.size), badLines }
}

function noteOf(text: string | undefined): string {
  try {
    const { note } = JSON.parse(text ?? '')
    return typeof note === 'string' ? note : ''
  } catch {
    return ''
  }
}
