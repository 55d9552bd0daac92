import { createLogger } from '../../src/adapters/logging/pino-logger.ts'
import type { Logger } from '../../src/ports/logger.ts'
import { VirtualClock } from './clock.ts'

/** The product's logger with its lines kept. */
export function recordingLogger(): {
  log: Logger
  text: () => string
  lines: () => Record<string, unknown>[]
} {
  let text = ''
  const destination = {
    write(line: string) {
      text += line
    },
  }
  const log = createLogger({ clock: new VirtualClock(), level: 'debug', destination })
  const lines = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  return { log, text: () => text, lines }
}
