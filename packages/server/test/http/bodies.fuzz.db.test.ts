import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { MemoryBlobs } from '../support/blobs.ts'
import { json, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'

const server = await testHttpServer({ services: { blobs: new MemoryBlobs() } })
const { port } = new URL(server.url)
const PDF = markedPdf(1, 'Fuzz').toString('latin1')
const BOUNDARY = 'fuzz'

/** Sends bytes as they are and gives back what came, until the server closes or has answered. */
function exchange(bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.on('error', () => resolve(text))
    socket.on('close', () => resolve(text))
  })
}

function request(contentType: string, body: Buffer): Buffer {
  const head = [
    'POST /v2/faxes HTTP/1.1',
    'host: localhost',
    `authorization: Bearer ${server.key}`,
    `content-type: ${contentType}`,
    `content-length: ${body.length}`,
    'connection: close',
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

function part(headers: string, content: string): string {
  return `--${BOUNDARY}\r\n${headers}\r\n\r\n${content}\r\n`
}

const WHOLE = Buffer.from(
  part('content-disposition: form-data; name="to"', '+12025550100') +
    part(
      'content-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf',
      PDF,
    ) +
    part('content-disposition: form-data; name="tags"', 'a') +
    `--${BOUNDARY}--\r\n`,
  'latin1',
)

/** Accepted, or refused with a problem that is the caller's; never a fault, never silence. */
function assertAnswered(reply: string): void {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1])
  assert.ok(
    status === 202 || (status >= 400 && status < 500),
    `${reply}\n${server.services.logText().slice(-2000)}`,
  )
  if (status !== 202) assert.match(reply, /content-type: application\/problem\+json/i)
}

const RUNS = 150

test('a form cut, flipped or spliced anywhere is accepted or refused, and the server lives', async () => {
  const mutation = fc.record({
    cut: fc.nat(WHOLE.length),
    flips: fc.array(fc.record({ at: fc.nat(WHOLE.length - 1), value: fc.nat(255) }), { maxLength: 4 }),
    splice: fc.option(fc.record({ at: fc.nat(WHOLE.length), bytes: fc.uint8Array({ maxLength: 40 }) })),
    keepWhole: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(mutation, async ({ cut, flips, splice, keepWhole }) => {
      let body = Buffer.from(WHOLE)
      for (const { at, value } of flips) body[at] = value
      if (splice) body = Buffer.concat([body.subarray(0, splice.at), splice.bytes, body.subarray(splice.at)])
      if (!keepWhole) body = body.subarray(0, cut)
      assertAnswered(await exchange(request(`multipart/form-data; boundary=${BOUNDARY}`, body)))
    }),
    { numRuns: RUNS },
  )
})

test('a body that ends before its declared length leaves nothing staged', async () => {
  const head = request(`multipart/form-data; boundary=${BOUNDARY}`, WHOLE)
  const before = await stagedCount()
  for (const missing of [1, 40, 100, WHOLE.length - 10]) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(head.subarray(0, head.length - missing), () => socket.destroy())
      })
      socket.on('close', () => resolve())
    })
  }
  for (let tries = 0; tries < 100 && (await stagedCount()) !== before; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.equal(await stagedCount(), before)
})

async function stagedCount(): Promise<number> {
  let count = 0
  for await (const _ of server.services.blobs.list('documents')) count += 1
  return count
}

test('arbitrary content types and bodies are refused as problems', async () => {
  const contentType = fc.oneof(
    fc.constantFrom(
      'application/json',
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'text/plain',
      '',
    ),
    fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, '')),
    fc
      .string({ maxLength: 80 })
      .map((text) => `multipart/form-data; boundary=${text.replace(/[^\x21-\x7e]/g, '')}`),
  )
  await fc.assert(
    fc.asyncProperty(contentType, fc.uint8Array({ maxLength: 400 }), async (type, bytes) => {
      assertAnswered(await exchange(request(type, Buffer.from(bytes))))
    }),
    { numRuns: RUNS },
  )
})

test('any JSON value is accepted or refused as a problem', async () => {
  const documents = fc.array(
    fc.record(
      {
        data: fc.string(),
        url: fc.string(),
        upload: fc.string(),
        fileName: fc.string(),
        pages: fc.array(fc.string()),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 3 },
  )
  const nearly = fc.record(
    {
      to: fc.oneof(fc.constant('+12025550100'), fc.string()),
      documents,
      tags: fc.array(fc.string()),
      cover: fc.object(),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue(), nearly), async (value) => {
      const response = await server.fetch('/v2/faxes', json(value))
      const reply = await response.text()
      assert.ok(response.status === 202 || (response.status >= 400 && response.status < 500), reply)
    }),
    { numRuns: RUNS },
  )
})

test('bytes that are not HTTP are answered in kind and the connection is closed', async () => {
  const reply = await exchange(Buffer.from('Zebra Zebra Zebra\r\n\r\n'))
  assert.match(reply, /^HTTP\/1\.1 400/)
  assert.match(reply, /application\/problem\+json/)
  assert.ok(!reply.includes('Zebra'))
})
