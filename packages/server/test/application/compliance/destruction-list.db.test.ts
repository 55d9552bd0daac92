import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openCertificateList } from '../../../src/adapters/certificate-list/certificate-list.ts'
import { CHECKS } from '../../../src/application/compliance/checks.ts'
import { gatherFacts } from '../../../src/application/compliance/gather-facts.ts'
import { createCertificateMirror } from '../../../src/application/retention/mirror-certificates.ts'
import { shredFax } from '../../../src/application/retention/shred.ts'
import type { CertificateList } from '../../../src/ports/certificate-list.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { goodInstallation } from '../../support/compliance.ts'
import { testDatabase } from '../../support/database.ts'
import { sendTo } from '../../support/faxes.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
const folder = await mkdtemp(join(tmpdir(), 'answerback-list-'))
after(async () => {
  await services.close()
  await rm(folder, { recursive: true, force: true })
})
const { clock } = services
const scope = await services.addAccount()
const mirror = createCertificateMirror(services)
const MINUTE = 60_000

async function shred(): Promise<void> {
  const { id } = await sendTo(services, scope, 0)
  await services.runFor(60 * MINUTE)
  await shredFax(services, scope, ACTOR, 'sent', id)
}

async function check(list: CertificateList | undefined) {
  const installation = { ...services.installation, destructionList: async () => list }
  const live: Scope = { ...scope, mode: 'live' }
  const looked = goodInstallation(new Date(clock.now()))
  const facts = await gatherFacts({ ...services, installation }, live, looked, 'production')
  return CHECKS.find(({ id }) => id === 'backups.destructions')!.judge(facts)
}

test('the check of the list is red while a certificate of a minute ago is not on it, and wherever it is gone', async () => {
  const list = openCertificateList(join(folder, 'destructions.jsonl'))
  assert.equal((await check(undefined)).outcome, 'not_applicable')
  assert.equal((await check(list)).outcome, 'fail', 'it is not there')
  await mirror(list)
  assert.equal((await check(list)).outcome, 'pass', 'it is there, and empty')

  await shred()
  assert.equal((await check(list)).outcome, 'pass', 'what was destroyed just now may still be written')
  clock.jumpTo(clock.now() + 2 * MINUTE)
  assert.match((await check(list)).observed, /^Of the 1 newest certificates 1 /)
  assert.equal((await check(undefined)).outcome, 'fail', 'it is listed nowhere')
  await mirror(list)
  assert.equal((await check(list)).outcome, 'pass')

  await rm(list.path)
  assert.equal((await check(list)).outcome, 'fail', 'it was deleted')
})
