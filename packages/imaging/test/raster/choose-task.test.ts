import assert from 'node:assert/strict'
import test from 'node:test'
import { chooseTask } from '@answerback/imaging/raster/choose-task'
import type { Job, Task } from '@answerback/imaging/raster/render-job'

const IDLE = { documentId: undefined, turn: 0 }

/** A document that `running` workers are at, with so many tasks to give out. */
function jobOf(id: number, running: number, tasks: number): Job {
  let left = tasks
  return {
    document: { id, type: 'pdf', bytes: new SharedArrayBuffer(0) },
    running,
    nextTask: () => (left-- > 0 ? ({ page: left } as Task) : undefined),
    retry: () => undefined,
    refuse: () => undefined,
  }
}

const chosen = (jobs: readonly Job[], turn: Parameters<typeof chooseTask>[1]) =>
  chooseTask(jobs, turn)?.job.document.id

test('an idle worker takes the document with the fewest workers, the earliest of those', () => {
  assert.equal(chosen([jobOf(1, 2, 9), jobOf(2, 0, 9), jobOf(3, 0, 9)], IDLE), 2)
})

test('a worker stays with its document for eight tasks, then the neediest comes first', () => {
  const jobs = [jobOf(1, 1, 99), jobOf(2, 0, 99)]
  assert.equal(chosen(jobs, { documentId: 1, turn: 7 }), 1)
  assert.equal(chosen(jobs, { documentId: 1, turn: 8 }), 2)
})

test('alone, a document keeps its worker however long its turn was', () => {
  assert.equal(chosen([jobOf(1, 1, 99)], { documentId: 1, turn: 800 }), 1)
})

test('a document with nothing to give out is passed over, also by its own worker', () => {
  assert.equal(chosen([jobOf(1, 0, 0), jobOf(2, 3, 1)], { documentId: 1, turn: 1 }), 2)
  assert.equal(chosen([jobOf(1, 0, 0)], IDLE), undefined)
})
