import type { TestEvent } from 'node:test/reporters'

/** A reporter for node's test runner whose only output is the closing counts of the whole run, as JSON. */
export default async function* countsReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    // Each file has a summary too; the one without a file is the run's.
    if (event.type === 'test:summary' && event.data.file === undefined)
      yield JSON.stringify(event.data.counts)
  }
}
