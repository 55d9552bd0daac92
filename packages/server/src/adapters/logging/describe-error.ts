import { isCode } from './field-rules.ts'

/** What a log may say of a thrown value. */
export interface ErrorDescription {
  readonly name: string
  readonly code?: string
  readonly frames?: readonly string[]
  readonly cause?: ErrorDescription
}

const FRAMES_MAX = 12
const CAUSES_MAX = 3
const FRAME =
  /^ {4}at ((?:async )?[\w$.<># [\]]{0,80}?) ?\(?((?:file:\/\/|node:|\/)?[\w@+./-]{1,300}:\d{1,7}:\d{1,7})\)?$/

/**
 * Name, code and stack frames of a thrown value. Its message is left out, and so is everything else it carries: messages
 * quote what went wrong, and what goes wrong is often somebody's data.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const cause =
    error.cause !== undefined && depth < CAUSES_MAX ? describeError(error.cause, depth + 1) : undefined
  return {
    name: /^[A-Z][A-Za-z]{0,63}$/.test(error.name) ? error.name : 'Error',
    ...(code !== undefined && isCode(code) ? { code } : {}),
    frames: framesOf(error),
    ...(cause === undefined ? {} : { cause }),
  }
}

/** Lines of a message may look like frames, so the stack is read only after the message's end. */
function framesOf(error: Error): string[] {
  const stack = error.stack ?? ''
  const at = error.message === '' ? 0 : stack.indexOf(error.message)
  // A message changed after the stack was taken cannot be told from the frames: then there are none.
  if (at < 0) return []
  const frames: string[] = []
  for (const line of stack.slice(at + error.message.length).split('\n')) {
    const match = FRAME.exec(line)
    if (match !== null) frames.push(`${match[1] ?? ''} ${shorten(match[2] ?? '')}`.trim())
    if (frames.length === FRAMES_MAX) break
  }
  return frames
}

/** From the package on: where a clinic installed the product is not the log's business. */
function shorten(place: string): string {
  return place.replace(/^.*\/(?=(?:packages|node_modules)\/)/, '')
}
