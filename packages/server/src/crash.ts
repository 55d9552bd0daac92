import { writeSync } from 'node:fs'
import { describeError } from './adapters/logging/describe-error.ts'
import { SystemClock } from './adapters/system/clock.ts'

const STDERR = 2

/**
 * Ends the process on a fault that nobody caught, as Node does, and tells it as the log tells faults: by name, code and place. Node itself prints the
 * message and every property of the error, and what a parser or PostgreSQL says of a row that it refuses is somebody's data.
 */
export function tellCrashes(): void {
  process.on('uncaughtException', (error, origin) => {
    const line = {
      level: 'error',
      time: new Date(new SystemClock().now()).toISOString(),
      reason: origin === 'unhandledRejection' ? 'unhandled_rejection' : 'uncaught_exception',
      error: describeError(error),
      event: 'process.crashed',
    }
    // Synchronous: nothing is written any more once the process has ended.
    writeSync(STDERR, `${JSON.stringify(line)}\n`)
    process.exit(1)
  })
}
