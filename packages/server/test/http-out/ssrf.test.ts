import assert from 'node:assert/strict'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { after, test } from 'node:test'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import type { HttpOutRequest } from '../../src/ports/http-out.ts'

/** Listens on both loopbacks and counts: one connection is one address that should not have been dialled. */
let connections = 0
const canary4 = await listen('127.0.0.1')
const canary6 = await listen('::1').catch(() => undefined)
after(() => {
  canary4.close()
  canary6?.close()
})
const port = (canary4.address() as AddressInfo).port

/** What a hostile name server may say. */
const NAMES: Record<string, string[]> = {
  'loopback.example': ['127.0.0.1'],
  'loopback6.example': ['::1'],
  'private.example': ['10.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'mixed.example': ['93.184.216.34', '127.0.0.1'],
  'mixed6.example': ['2606:4700::1111', '::ffff:127.0.0.1'],
  'nat64.example': ['64:ff9b::7f00:1'],
  'zero.example': ['0.0.0.0'],
  'nonsense.example': ['not-an-address'],
  'scoped.example': ['fe80::1%lo'],
  'empty.example': [],
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
}

const HOSTS = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '0',
  '0.0.0.0',
  '127.255.255.254',
  '１２７.０.０.１',
  '127。0。0。1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '0xa9fea9fe',
  '168.63.129.16',
  '192.0.2.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  ...Object.keys(NAMES),
]

const out = createHttpOut({ resolve: async (name) => NAMES[name] ?? [] })
const request = (url: string): HttpOutRequest => ({ method: 'GET', url, timeoutMs: 2_000, maxBytes: 100 })

for (const host of HOSTS) {
  test(`http://${host}/ is refused`, async () => {
    const url = `http://${host}:${port}/`
    const refused = (error: Error & { code?: string }) => {
      assert.ok(['address_refused', 'connect'].includes(error.code ?? ''), error.code)
      if (host !== 'empty.example') assert.equal(error.code, 'address_refused')
      assert.ok(!error.message.includes(host), 'the message repeats the host')
      return true
    }
    await assert.rejects(out.request(request(url)), refused)
    await assert.rejects(out.check(url, { timeoutMs: 2_000 }), refused)
  })
}

const REFUSED_URLS = [
  `http://user:secret@93.184.216.34:${port}/`,
  `http://user@93.184.216.34/`,
  `ftp://93.184.216.34/`,
  `file:///etc/passwd`,
  `gopher://93.184.216.34/`,
  `data:text/plain,hello`,
  `javascript:0`,
  `unix:/run/docker.sock`,
  `//93.184.216.34/`,
  ``,
  `http://`,
  `http://[::1%25lo]:${port}/`,
  `http://93.184.216.34:22/`,
  `http://93.184.216.34:25/`,
  `https://93.184.216.34:853/`,
]

for (const url of REFUSED_URLS) {
  test(`${JSON.stringify(url)} is refused`, async () => {
    await assert.rejects(out.request(request(url)), { code: 'address_refused' })
  })
}

test('the canary hears nobody who was refused, and hears one who is let through', async () => {
  assert.equal(connections, 0)
  await assert.rejects(
    out.request({ ...request(`http://127.0.0.1:${port}/`), policy: { allowLoopback: true } }),
  )
  assert.equal(connections, 1)
})

test('a name that changes its answer after the check is dialled at the address that was checked', async () => {
  const before = connections
  let asked = 0
  // The first answer is public (a benchmark of nobody, dropped here by the deadline), every later one is the canary.
  const rebinding = createHttpOut({
    resolve: async () => {
      asked += 1
      return asked === 1 ? ['192.0.2.1'] : ['127.0.0.1']
    },
  })
  const policy = { allowedHosts: ['192.0.2.1'] }
  await assert.rejects(
    rebinding.request({ ...request(`http://rebind.example:${port}/`), timeoutMs: 300, policy }),
  )
  assert.equal(asked, 1)
  assert.equal(connections, before)
})

async function listen(host: string): Promise<Server> {
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(host === '::1' ? port6() : 0, host, resolve),
  )
  return server
}

/** The same port on both loopbacks, so that one URL port tries both. */
function port6(): number {
  return (canary4.address() as AddressInfo).port
}
