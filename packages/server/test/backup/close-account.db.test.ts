import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { windDownAccount } from '../../src/application/account/wind-down-account.ts'
import { createApiKey } from '../../src/application/api-keys/create-api-key.ts'
import { createWebhook } from '../../src/application/webhooks/create-webhook.ts'
import { closeCommand } from '../../src/close-command.ts'
import { testDatabase } from '../support/database.ts'
import { recordOf, sendTo } from '../support/faxes.ts'
import { CALLED, ownNumber } from '../support/received.ts'
import { ACTOR, createTestServices } from '../support/services.ts'

const folder = await mkdtemp(join(tmpdir(), 'answerback-close-'))
const httpOut = {
  request: () => Promise.reject(new Error('no network')),
  check: async () => undefined,
} as never
const services = await createTestServices(await testDatabase(), { httpOut })
after(async () => {
  await services.close()
  await rm(folder, { recursive: true, force: true })
})

async function exportOf(name: string, account: object): Promise<string> {
  const place = await mkdtemp(join(folder, name))
  const files = { 'account.json': JSON.stringify(account), 'audit.jsonl': '{}\n' }
  let sums = ''
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(place, file), content)
    sums += `${createHash('sha256').update(content).digest('hex')}  ${file}\n`
  }
  await writeFile(join(place, 'SHA256SUMS'), sums)
  return place
}

async function workingAccount() {
  const scope = await services.addAccount()
  await createApiKey(services, scope, ACTOR, { name: 'Zebra' })
  const webhook = {
    dialect: 'native',
    url: 'http://127.0.0.1:9/',
    eventTypes: [],
    includeNumbers: false,
  } as const
  await createWebhook(services, scope, ACTOR, webhook)
  await ownNumber(services, scope, { number: CALLED })
  const at = new Date(services.clock.now() + 3_600_000)
  const { id } = await sendTo(services, scope, 0, { sendAt: at })
  return { scope, id }
}

test('an account that is wound down can neither be used nor do anything, and doing it again does nothing', async () => {
  const { scope, id } = await workingAccount()
  const first = await windDownAccount(services, scope.accountId)
  assert.deepEqual(
    { ...first },
    { keys: 1, people: 0, invitations: 0, canceled: 1, numbers: 1, webhooks: 1, left: [] },
  )
  await services.runFor(600_000)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'canceled')
  const again = await windDownAccount(services, scope.accountId)
  assert.equal(again.keys + again.canceled + again.numbers + again.webhooks, 0)
  const entries = await services.store.asAccount({ ...scope, mode: 'live' }, (tx) =>
    tx.audit.list({ limit: 100 }),
  )
  assert.equal(entries.filter(({ action }) => action === 'account.wound_down').length, 2)
})

test('an account is closed only with a whole export of its own live faxes at hand', async () => {
  const { scope } = await workingAccount()
  const { accountId } = scope
  const told: string[] = []
  const close = (exported: string, shred = false) =>
    closeCommand(services, { accountId, exported, shred }, (...lines) => told.push(...lines))
  await assert.rejects(close(join(folder, 'nowhere')), /SHA256SUMS/)
  await assert.rejects(close(await exportOf('test-', { id: accountId, livemode: false })), /test mode/)
  await assert.rejects(
    close(await exportOf('other-', { id: 'acc_other', livemode: true })),
    /another account/,
  )
  const changed = await exportOf('changed-', { id: accountId, livemode: true })
  await appendFile(join(changed, 'audit.jsonl'), 'more\n')
  await assert.rejects(close(changed), /audit\.jsonl/)
  assert.deepEqual(told, [])
  const exported = await exportOf('good-', { id: accountId, livemode: true })
  assert.equal(await close(exported), 0)
  await services.runFor(600_000)
  assert.equal(await close(exported, true), 0)
  const row = await services.store.asAccount(scope, (tx) => tx.accounts.get())
  assert.equal(row.wrappedKey.length, 0)
})
