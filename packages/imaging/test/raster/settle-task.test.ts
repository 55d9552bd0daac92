import assert from 'node:assert/strict'
import test from 'node:test'
import type { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import type { Job, Task } from '@answerback/imaging/raster/render-job'
import { WorkerLost } from '@answerback/imaging/raster/render-worker'
import { settleLoss } from '@answerback/imaging/raster/settle-task'

function settled(losses: readonly [WorkerLost['reason'], boolean][], isPage = true) {
  const told: DocumentRefusal[] = []
  let retries = 0
  const task: Task = {
    command: { kind: 'release' },
    page: isPage ? 4 : undefined,
    retried: false,
    inspected: () => undefined,
    rendered: () => undefined,
    refused: (refusal) => told.push(refusal),
  }
  const job = {
    retry: () => {
      retries += 1
    },
  } as unknown as Job
  for (const [reason, wasFull] of losses) settleLoss(job, task, new WorkerLost(reason), wasFull)
  return { retries, told: told.map(({ code, message, page: at }) => ({ code, message, page: at })) }
}

test('a page that failed in a full worker is tried once more, and only once', () => {
  assert.equal(settled([['fault', true]]).retries, 1)
  assert.deepEqual(settled([['fault', true]]).told, [])
  const twice = settled([
    ['fault', true],
    ['fault', true],
  ])
  assert.equal(twice.retries, 1)
  assert.equal(twice.told.length, 1)
})

test('a page that failed in a worker with room is refused at once, by its number', () => {
  assert.deepEqual(settled([['fault', false]]), {
    retries: 0,
    told: [
      {
        code: 'document.render_failed',
        message: 'A page could not be drawn within the limits of memory.',
        page: 4,
      },
    ],
  })
})

test('a page that took too long is refused even by a full worker: it would again', () => {
  const { retries, told } = settled([['deadline', true]])
  assert.equal(retries, 0)
  assert.equal(told[0]?.message, 'A page took too long to draw.')
})

test('a document that cannot be opened is corrupt, whatever the reason', () => {
  assert.equal(settled([['deadline', false]], false).told[0]?.code, 'document.corrupt')
})
