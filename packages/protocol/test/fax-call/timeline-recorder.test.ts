import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TimelineRecorder } from '../../src/fax-call/timeline-recorder.ts'

test('of a very long call the beginning and the end are kept, and what is missing between them is counted', () => {
  for (const count of [1, 3_000, 3_001, 4_000, 4_001, 5_000, 12_345]) {
    const recorder = new TimelineRecorder(0)
    for (let at = 1; at <= count; at++) recorder.tell(at, 'local', 'step')
    const { entries, cut } = recorder
    assert.equal(entries.length + cut, count)
    assert.equal(entries.length, Math.min(count, 4_000))
    assert.equal(entries[0]!.atMs, 1)
    assert.equal(entries.at(-1)!.atMs, count)
  }
})
