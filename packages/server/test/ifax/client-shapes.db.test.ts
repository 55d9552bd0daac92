import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { testIFaxServer } from '../support/ifax-server.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { CLIENT_SHAPES } from './client-shapes.ts'

const server = await testIFaxServer()

/** Reads `jobId` where one client does and where another does; typed clients take ints alone. */
function jobIdOf(reply: { status: number; jobId?: unknown; data?: { jobId?: unknown } }): number {
  assert.equal(reply.status, 1, JSON.stringify(reply))
  assert.ok(Number.isSafeInteger(reply.jobId))
  assert.equal(reply.data?.jobId, reply.jobId)
  return reply.jobId as number
}

for (const { client, request } of CLIENT_SHAPES) {
  test(`fax-send understands ${client}`, async () => {
    const pdf = markedPdf(2, `Test Patient Zebra, sent by ${client}`)
    const reply = await server.raw(request({ port: server.port, key: server.key, pdf }))
    assert.deepEqual(
      [reply.httpStatus, reply.message],
      [200, 'Fax processed for sending'],
      JSON.stringify(reply),
    )
    const jobId = jobIdOf(reply)
    await server.services.runFor(60_000)
    const { data } = await server.call('/v1/customer/fax-status', { jobId })
    assert.deepEqual([data.faxStatus, data.toNumber], ['delivered', '+12025550100'])
    assert.equal(data.faxTransferredPages, data.faxTotalPages)
    assert.ok(data.faxTotalPages > 0)
  })
}

const curl = spawnSync('curl', ['--version']).status === 0

test('the real curl, pasted from the guide, sends a fax', { skip: curl ? false : 'needs curl' }, async () => {
  const { spawn } = await import('node:child_process')
  const body = JSON.stringify({
    faxNumber: '+12025550100',
    faxData: [{ fileName: 'curl.pdf', fileData: markedPdf(1, 'real curl').toString('base64') }],
  })
  const child = spawn('curl', [
    ...['-s', '-X', 'POST', `${server.url}/v1/customer/fax-send`],
    ...['-H', `accessToken: ${server.key}`, '--data', body],
  ])
  let output = ''
  child.stdout.on('data', (part) => {
    output += part
  })
  await new Promise((resolve) => child.on('close', resolve))
  jobIdOf(JSON.parse(output))
})
