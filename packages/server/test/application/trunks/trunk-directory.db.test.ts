import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTrunkDirectory } from '../../../src/application/trunks/trunk-directory.ts'
import { deleteTrunk } from '../../../src/application/trunks/trunks.ts'
import { testDatabase } from '../../support/database.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'
import { addTrunk } from '../../support/trunk-line.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())

test('a line hears of the usable trunks of all accounts, with their secrets, and of no other', async () => {
  const directory = createTrunkDirectory(services)
  const one = { ...(await services.addAccount()), mode: 'live' as const }
  const two = { ...(await services.addAccount()), mode: 'live' as const }
  const login = { registration: 'register', username: 'clinic' } as const
  const first = await addTrunk(services, one, { name: 'first', ...login }, { secret: 'zebra' })
  const second = await addTrunk(services, two, { name: 'second' })
  await addTrunk(services, two, { name: 'off', enabled: false })
  await addTrunk(services, two, { name: 'new' }, { acknowledged: false })
  const broken = await addTrunk(services, two, { name: 'broken', ...login }, { secret: 'giraffe' })
  await services.store.asAccount(two, (tx) => tx.trunks.update(broken, { secretSealed: Buffer.alloc(40) }))
  const found = async () =>
    (await directory.list())
      .map(({ id, accountId, secret }) => [id, accountId, secret])
      .sort(([a], [b]) => (a! < b! ? -1 : 1))
  const expected = [
    [first, one.accountId, 'zebra'],
    [second, two.accountId, null],
  ].sort(([a], [b]) => (a! < b! ? -1 : 1))
  assert.deepEqual(await found(), expected)
  await deleteTrunk(services, one, ACTOR, first)
  assert.deepEqual(await found(), [[second, two.accountId, null]])
})
