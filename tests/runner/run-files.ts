import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import countsReporter from './counts-reporter.ts'

/**
 * `run-files.ts COUNTS FILE…`: node's own test runner over these files in the order given, which `node --test` would sort.
 * The report goes to our output, the closing counts to the file COUNTS.
 */
const CONCURRENCY = 2
const TEST_LIMIT_MS = 600_000

const [counts = '', ...files] = process.argv.slice(2)
const events = run({ files, concurrency: CONCURRENCY, timeout: TEST_LIMIT_MS })
events.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1
})
events.compose(new spec()).pipe(process.stdout)
await finished(events.compose(countsReporter).pipe(createWriteStream(counts)))
