import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Barcode } from '@answerback/imaging/barcode/barcode'
import type { CodedPage } from '@answerback/imaging/page'
import { EngineThread } from '@answerback/imaging/reading/engine-thread'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { FakeTimers } from '../ocr/fake-timers.ts'
import { coded } from '../preview/coded-pages.ts'

const SCRIPT = new URL('../../src/barcode/barcode-worker.ts', import.meta.url)
const never = new AbortController().signal
const page = coded(createBitmap(64, 64))

function barcodeThread(timers: FakeTimers, jobsMax = 10) {
  return new EngineThread<CodedPage, readonly Barcode[]>(SCRIPT, jobsMax, timers)
}

test('a thread starts with its first page, stays for the next, and ends when none comes', async () => {
  const timers = new FakeTimers()
  const thread = barcodeThread(timers)
  assert.equal(thread.isRunning, false)
  await thread.run(page, never)
  await thread.run(page, never)
  assert.equal(thread.isRunning, true)
  assert.equal(timers.pending, 1)
  timers.passAll()
  assert.equal(thread.isRunning, false)
  assert.deepEqual(await thread.run(page, never), [])
  await thread.close()
  assert.equal(timers.pending, 0)
})

test('a page under way when its thread is closed leaves nothing waiting', async () => {
  const timers = new FakeTimers()
  const thread = barcodeThread(timers)
  const read = assert.rejects(thread.run(page, never), /closed/)
  await thread.close()
  await read
  assert.equal(timers.pending, 0)
})

test('a thread that has read its number of pages is ended', async () => {
  const thread = barcodeThread(new FakeTimers(), 2)
  await thread.run(page, never)
  assert.equal(thread.isRunning, true)
  await thread.run(page, never)
  assert.equal(thread.isRunning, false)
})

test('a script that fails is a fault and not the end of the process', async () => {
  const broken = new EngineThread<CodedPage, unknown>(
    new URL('data:text/javascript,throw new Error("broken")'),
    10,
    new FakeTimers(),
  )
  for (let run = 0; run < 2; run++) await assert.rejects(broken.run(page, never), /fault/)
  assert.equal(broken.isRunning, false)
})
