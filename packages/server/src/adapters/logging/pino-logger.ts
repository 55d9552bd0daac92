import { type DestinationStream, type Logger as Pino, pino } from 'pino'
import type { Clock } from '../../ports/clock.ts'
import type { LogFields, Logger } from '../../ports/logger.ts'
import { describeError } from './describe-error.ts'
import { admit, isEventName } from './field-rules.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/**
 * JSON lines: `{"level":"info","time":"2026-…Z","event":"fax.accepted","faxId":"fax_…"}`.
 * `dropped` counts fields that were not allowed, so that a mistake shows without showing what it would have said.
 * @param destination default: standard output
 */
export function createLogger(options: {
  clock: Clock
  level: LogLevel
  destination?: DestinationStream
}): Logger {
  const settings = {
    level: options.level,
    base: null,
    messageKey: 'event',
    timestamp: () => `,"time":"${new Date(options.clock.now()).toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return new PinoLogger(
    options.destination === undefined ? pino(settings) : pino(settings, options.destination),
    {},
  )
}

class PinoLogger implements Logger {
  readonly #pino: Pino
  readonly #fixed: LogFields

  constructor(logger: Pino, fixed: LogFields) {
    this.#pino = logger
    this.#fixed = fixed
  }

  debug(event: string, fields?: LogFields): void {
    this.#write('debug', event, fields)
  }

  info(event: string, fields?: LogFields): void {
    this.#write('info', event, fields)
  }

  warn(event: string, fields?: LogFields): void {
    this.#write('warn', event, fields)
  }

  error(event: string, fields?: LogFields): void {
    this.#write('error', event, fields)
  }

  with(fields: LogFields): Logger {
    return new PinoLogger(this.#pino, { ...this.#fixed, ...fields })
  }

  #write(level: 'debug' | 'info' | 'warn' | 'error', event: string, fields: LogFields = {}): void {
    if (!this.#pino.isLevelEnabled(level)) return
    const { error, ...rest } = { ...this.#fixed, ...fields }
    const { admitted, dropped } = admit(rest)
    const line = {
      ...admitted,
      ...(error === undefined ? {} : { error: describeError(error) }),
      ...(dropped === 0 ? {} : { dropped }),
    }
    this.#pino[level](line, isEventName(event) ? event : 'unnamed')
  }
}
