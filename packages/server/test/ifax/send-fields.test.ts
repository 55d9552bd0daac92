import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSendFields } from '../../src/adapters/ifax/send-fields.ts'
import { Problem } from '../../src/domain/problem/problem.ts'

const DOCUMENT = { fileName: 'test.pdf', fileData: 'JVBERi0=' }
const LEAST = { faxNumber: '+12025550100', faxData: [DOCUMENT] }

function problemOf(fields: Record<string, unknown>): Problem {
  try {
    readSendFields(fields)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  assert.fail('was not refused')
}

test('leaving out all five cover fields means no cover sheet', () => {
  assert.equal(readSendFields(LEAST).cover, undefined)
  assert.equal(readSendFields({ ...LEAST, subject: '', message: null }).cover, undefined)
  assert.equal(readSendFields({ ...LEAST, from_name: 'Dr Test' }).cover?.fromName, 'Dr Test')
})

test('faxQuality Low, Standard and HD are our three resolutions, Standard when absent', () => {
  const quality = (faxQuality?: string) => readSendFields({ ...LEAST, faxQuality }).resolution
  assert.deepEqual(
    [quality('Low'), quality('Standard'), quality('HD'), quality('hd'), quality()],
    ['standard', 'fine', 'superfine', 'superfine', 'fine'],
  )
  assert.equal(problemOf({ ...LEAST, faxQuality: 'Ultra' }).field, 'faxQuality')
})

test('send_at is UTC, with or without saying so', () => {
  const at = (send_at: string) => readSendFields({ ...LEAST, send_at }).sendAt?.toISOString()
  assert.equal(at('2019-11-14T00:55:31.820Z'), '2019-11-14T00:55:31.820Z')
  assert.equal(at('2019-11-14 00:55:31'), '2019-11-14T00:55:31.000Z')
  assert.equal(at('2019-11-14T00:55:31+02:00'), '2019-11-13T22:55:31.000Z')
  assert.equal(problemOf({ ...LEAST, send_at: 'tomorrow' }).field, 'send_at')
  assert.equal(problemOf({ ...LEAST, send_at: '2019-13-40T00:00:00Z' }).field, 'send_at')
})

test('a client written for another shape is told of faxData', () => {
  for (const other of [{ files: [{ name: 'a.pdf', data: 'JVBERi0=' }] }, { documents: [DOCUMENT] }, {}]) {
    const problem = problemOf({ faxNumber: '+12025550100', ...other })
    assert.equal(problem.code, 'request.missing_field')
    assert.equal(problem.field, 'faxData')
    assert.match(problem.detail ?? '', /faxData.*fileName.*fileData/)
  }
  assert.match(problemOf({ ...LEAST, coverPage: { text: 'x' } }).detail ?? '', /faxData/)
})

test('each wrong document is named by its place', () => {
  const field = (entry: unknown) => problemOf({ ...LEAST, faxData: [DOCUMENT, entry] }).field
  assert.equal(field('test.pdf'), 'faxData[1]')
  assert.equal(field({ fileName: 'test.pdf' }), 'faxData[1].fileData')
  assert.equal(field({ ...DOCUMENT, fileName: ['x'] }), 'faxData[1].fileName')
  assert.equal(field({ ...DOCUMENT, pages: [{}] }), 'faxData[1].pages')
})

test('faxData may be an array written as text, as form clients send it', () => {
  const { documents } = readSendFields({ ...LEAST, faxData: JSON.stringify([DOCUMENT]) })
  assert.deepEqual(documents, [{ fileName: 'test.pdf', data: 'JVBERi0=' }])
  assert.equal(problemOf({ ...LEAST, faxData: '[not json' }).field, 'faxData')
})

test('a number sent as a number and page picks sent as one text are understood', () => {
  const read = readSendFields({ faxNumber: 12025550100, faxData: [{ ...DOCUMENT, pages: '1-5' }] })
  assert.equal(read.to, '12025550100')
  assert.deepEqual(read.documents[0]?.pages, ['1-5'])
})

test('a file part of a form stands for the document of its entry', () => {
  const { documents } = readSendFields({ ...LEAST, faxData: [{ fileName: 'a.pdf' }] }, new Set([0, 1]))
  assert.deepEqual(documents, [{ fileName: 'a.pdf' }, { fileName: undefined }])
})

test('a message never quotes what was sent', () => {
  const canary = 'Test Patient Zebra'
  for (const name of ['faxQuality', 'send_at', 'faxData']) {
    const problem = problemOf({ ...LEAST, [name]: canary })
    assert.doesNotMatch(`${problem.detail} ${problem.field} ${problem.message}`, /Zebra/)
  }
})
