import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TrunkNewsBoard } from '../../../src/adapters/lines/sip/trunk-news.ts'
import { VirtualClock } from '../../support/clock.ts'
import { recordingLogger } from '../../support/log.ts'

test('what was last heard of a trunk stands until it is forgotten, each kind of news by itself', async () => {
  const clock = new VirtualClock()
  const board = new TrunkNewsBoard(clock, recordingLogger().log)
  const standing = () => {
    const { isRegistered, answers } = board.standing('trk_1')
    return [isRegistered, answers]
  }
  assert.deepEqual(standing(), [null, null])
  assert.equal(board.standing('trk_1').heardAt, null)
  board.take({ kind: 'healthy', trunkId: 'trk_1', roundTripMs: 5 })
  assert.deepEqual(standing(), [null, true])
  board.take({ kind: 'registered', trunkId: 'trk_1' })
  board.take({ kind: 'registered', trunkId: 'trk_2' })
  await clock.advance(1_000)
  board.take({ kind: 'unhealthy', trunkId: 'trk_1', status: 408 })
  assert.deepEqual(standing(), [true, false])
  assert.equal(board.standing('trk_1').heardAt?.getTime(), clock.now())
  board.take({ kind: 'registration_failed', trunkId: 'trk_1', status: 403 })
  assert.deepEqual(standing(), [false, false])
  board.forget('trk_1')
  assert.deepEqual(standing(), [null, null])
  assert.equal(board.standing('trk_2').isRegistered, true)
})
