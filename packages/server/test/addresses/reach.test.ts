import assert from 'node:assert/strict'
import { type AddressInfo, connect, createServer } from 'node:net'
import { after, test } from 'node:test'
import { AddressRefused, Reach, type ResolveAll } from '../../src/adapters/addresses/reach.ts'

let connections = 0
const canary = createServer((socket) => {
  connections += 1
  socket.destroy()
})
await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
after(() => canary.close())
const { port } = canary.address() as AddressInfo

const answering =
  (...addresses: string[]): ResolveAll =>
  (_name, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

function resolved(reach: Reach, host: string, family: 4 | 6 = 4): Promise<string | Error> {
  return new Promise((resolve) => {
    reach.resolve(host, family, (error, address) => resolve(error ?? address))
  })
}

test('an address is judged by itself, and one in IPv6 clothes by what it stands for', () => {
  const reach = new Reach({ allowedHosts: ['10.0.0.0/24'] })
  for (const address of ['8.8.8.8', '::ffff:8.8.8.8', '10.0.0.7', '::ffff:10.0.0.7', '2606:4700::1111'])
    assert.equal(reach.admits(address), true, address)
  for (const address of [
    '10.0.1.7',
    '::ffff:127.0.0.1',
    '::1',
    '169.254.169.254',
    '64:ff9b::7f00:1',
    'fe80::1%lo',
  ])
    assert.equal(reach.admits(address), false, address)
})

test('one refused address refuses the name, whatever the others are', async () => {
  const mixed = new Reach({}, answering('8.8.8.8', '127.0.0.1'))
  assert.ok((await resolved(mixed, 'a.example')) instanceof AddressRefused)
  const fine = new Reach({}, answering('2606:4700::1111', '8.8.8.8'))
  assert.equal(await resolved(fine, 'a.example', 4), '8.8.8.8')
  assert.equal(await resolved(fine, 'a.example', 6), '2606:4700::1111')
})

test('a listed name may stand for an inside address, and never for a metadata service', async () => {
  const policy = { allowedHosts: ['pbx.clinic.example'] }
  assert.equal(await resolved(new Reach(policy, answering('10.1.1.1')), 'PBX.clinic.example'), '10.1.1.1')
  const moved = new Reach(policy, answering('169.254.169.254'))
  assert.ok((await resolved(moved, 'pbx.clinic.example')) instanceof AddressRefused)
})

test('a socket never reaches what its name turned to, and reaches it when it is let through', async () => {
  const dial = (reach: Reach) =>
    new Promise<string>((resolve) => {
      const socket = connect({ host: 'trunk.example', port, lookup: reach.lookup })
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      socket.once('close', () => resolve('closed'))
    })
  assert.equal(await dial(new Reach({}, answering('127.0.0.1'))), 'ADDRESS_REFUSED')
  assert.equal(connections, 0)
  assert.equal(await dial(new Reach({ allowLoopback: true }, answering('127.0.0.1'))), 'closed')
  assert.equal(connections, 1)
})
