import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commandLineOf } from './support/answerback.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')

/** What the last request was. */
const asked = { path: '', fields: new FormData() }
const server = createServer(async (request, response) => {
  asked.path = `${request.method} ${request.url}`
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const type = request.headers['content-type'] ?? ''
  asked.fields = await new Response(Buffer.concat(chunks), { headers: { 'content-type': type } }).formData()
  response.writeHead(202, { 'content-type': 'application/json' })
  response.end('{"id":"fax_1","status":"queued","hold":null}')
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => server.close())

async function answerback(...args: string[]) {
  const { port } = server.address() as AddressInfo
  const where = ['--url', `http://127.0.0.1:${port}`, '--key', 'ab_test_planted']
  const child = spawn(process.execPath, [MAIN, ...args, ...where])
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [status] = await once(child, 'close')
  return { status, stderr }
}

test('send says whose papers they are and why they go, in the body and not in the address', async () => {
  const args = ['--to', '+12025550100', '--cover', 'subject=Referral', '--patient', 'MRN-000000']
  const { status } = await answerback(
    'send',
    ...args,
    '--patient-name',
    'Test Patient Zebra',
    '--purpose',
    'TREAT',
  )
  assert.equal(status, 0)
  assert.equal(asked.path, 'POST /v2/faxes')
  assert.deepEqual(Object.fromEntries(asked.fields), {
    to: '+12025550100',
    'cover.subject': 'Referral',
    'patient.id': 'MRN-000000',
    'patient.display': 'Test Patient Zebra',
    purpose: 'TREAT',
  })
})

test('the id of a patient is read from a pipe, where no other user of the machine sees it', async () => {
  const { port } = server.address() as AddressInfo
  const send = commandLineOf(`http://127.0.0.1:${port}`, 'ab_test_planted')
  const args = ['send', '--to', '+12025550100', '--cover', 'subject=Referral', '--patient-file', '-']
  assert.equal((await send(args, 'MRN-000001\n')).code, 0)
  assert.equal(asked.fields.get('patient.id'), 'MRN-000001')
})

test('a name without an id is refused before anything is sent', async () => {
  asked.path = ''
  const { status, stderr } = await answerback(
    'send',
    '--to',
    '+12025550100',
    '--cover',
    'subject=x',
    '--patient-name',
    'Zebra',
  )
  assert.equal(status, 2)
  assert.match(stderr, /^A patient is known by --patient ID/)
  assert.equal(asked.path, '')
})
