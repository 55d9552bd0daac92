import { open } from 'node:fs/promises'
import type { CheckpointFile } from '../../ports/checkpoint-file.ts'

/** A line is a checkpoint as JSON, `{"size":…,"at":"…","note":"…"}`, of a few hundred bytes. */
const TAIL_BYTES = 16_384

/** A file that is only ever appended to, such as on another machine's share or a write-once volume. */
export function openCheckpointFile(path: string): CheckpointFile {
  return {
    lastSize: async () => lastLine(await readTail(path))?.size ?? 0,
    last: async () => lastLine(await readTail(path)),
    async append(checkpoints) {
      const lines = checkpoints.map(({ size, madeAt, note }) =>
        JSON.stringify({ size, at: madeAt.toISOString(), note }),
      )
      // What a crash cut short stays what it is: a line of its own that is no checkpoint.
      const isCut = /[^\n]$/.test(await readTail(path))
      const handle = await open(path, 'a', 0o640)
      try {
        await handle.writeFile((isCut ? '\n' : '') + lines.map((line) => `${line}\n`).join(''))
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

async function readTail(path: string): Promise<string> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return ''
  try {
    const { size } = await handle.stat()
    const start = Math.max(0, size - TAIL_BYTES)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** A last line that was cut short by a crash does not count: its checkpoint is written again. */
function lastLine(tail: string): { readonly size: number; readonly note: string } | undefined {
  for (const line of tail.split('\n').reverse()) {
    try {
      const { size, note } = JSON.parse(line)
      if (Number.isSafeInteger(size)) return { size, note: String(note) }
    } catch {
      // The rest of a cut line.
    }
  }
  return undefined
}
