import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLines } from '../../packages/cli/src/audit-verify/read-lines.ts'
import { verifyExport } from '../../packages/cli/src/audit-verify/verify-export.ts'
import { shredFax } from '../../packages/server/src/application/retention/shred.ts'
import { sendTo } from '../../packages/server/test/support/faxes.ts'
import { ACTOR } from '../../packages/server/test/support/services.ts'
import { auditedServer } from './audited-server.ts'

const server = await auditedServer()
const scope = await server.services.addAccount()
const key = await server.makeKey(scope)

const exported = () => server.exported(key)

async function* whole(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

test('when a fax is shredded its entries stay, verify, and are those that were signed before', async () => {
  const fax = await sendTo(server.services, scope, 0)
  await server.services.runFor(60_000)
  const before = await exported()
  await shredFax(server.services, scope, ACTOR, 'sent', fax.id)
  const after = await exported()
  const about = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.includes(fax.id) && !line.includes('destroyed') && !line.includes('shredded'))
  assert.ok(about(before).some((line) => JSON.parse(line).entry.parties !== null))
  assert.deepEqual(about(after), about(before))
  const verdict = await verifyExport(readLines(whole(after)))
  assert.deepEqual(verdict.findings, [])
  assert.ok(!/2025550100/.test(after) && verdict.isIntact)
})
