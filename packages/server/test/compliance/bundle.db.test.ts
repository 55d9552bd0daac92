import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { keepOnce } from '../../src/application/audit/keep-audit-log.ts'
import { evidenceBundle } from '../../src/application/compliance/bundle.ts'
import { CHECKS } from '../../src/application/compliance/checks.ts'
import { SAFEGUARDS } from '../../src/domain/compliance/safeguards.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { testDatabase } from '../support/database.ts'
import { sendTo } from '../support/faxes.ts'
import { readZip } from '../support/read-zip.ts'
import { ACTOR, createTestServices } from '../support/services.ts'

const database = await testDatabase()
const services = await createTestServices(database)
const sandbox = await services.addAccount()
const live: Scope = { ...sandbox, mode: 'live' }
await sendTo(services, sandbox, 0)
await services.runDue()
await services.settle()
await keepOnce(services, undefined, 0)
const bundle = readZip(await evidenceBundle(services, live, ACTOR, 'production'))

const folders: string[] = []
after(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true })
  await services.close()
})

function unpacked(): string {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-bundle-'))
  folders.push(folder)
  for (const { name, bytes } of bundle) writeFileSync(join(folder, name), bytes)
  return folder
}

/** The numbered steps of the README, each the commands that stand indented under it. */
function steps(readme: string): string[] {
  const [, how = ''] = /HOW TO VERIFY IT[^\n]*\n([\s\S]*?)\n\n/.exec(readme) ?? []
  return how
    .split(/^\d\. /m)
    .slice(1)
    .map((step) => [...step.matchAll(/^ {5}(.*)$/gm)].map(([, command]) => command).join('\n'))
}

function run(folder: string, step: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', step], { cwd: folder, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

const has = (name: string, ...options: string[]) => spawnSync(name, options).status === 0
const skip = !(has('openssl', 'version') && has('sha256sum', '--version')) && 'needs openssl and sha256sum'

test('an assessor verifies a bundle with the commands that its README names', { skip }, () => {
  const folder = unpacked()
  const [files = '', signature = '', whose = ''] = steps(readFileSync(join(folder, 'README.txt'), 'utf8'))
  const { status, said } = run(folder, files)
  assert.equal(status, 0, said)
  for (const { name } of bundle)
    if (!/^(?:manifest|verifier-key)/.test(name)) assert.match(said, new RegExp(`^${name}: OK$`, 'm'))
  assert.match(run(folder, signature).said, /Verified Successfully/)
  const checkpoint = run(folder, signature.replaceAll('manifest.txt', 'audit-checkpoint.txt'))
  assert.match(checkpoint.said, /Verified Successfully/)
  const [first, second, ...more] = run(folder, whose).said.trim().split('\n')
  assert.equal(first, second)
  assert.deepEqual(more, [])
})

test('a file, a sum or a key that was changed does not verify', { skip }, () => {
  const change = (name: string, by: (text: string) => string) => {
    const folder = unpacked()
    writeFileSync(join(folder, name), by(readFileSync(join(folder, name), 'utf8')))
    return folder
  }
  const [files = '', signature = '', whose = ''] = steps(String(bundle[0]!.bytes))
  assert.notEqual(
    run(
      change('checks.json', (text) => text.replace('fail', 'pass')),
      files,
    ).status,
    0,
  )
  assert.notEqual(
    run(
      change('manifest.txt', (text) => text.replace(/[0-9a-f]{64}/, '0'.repeat(64))),
      files,
    ).status,
    0,
  )
  assert.notEqual(
    run(
      change('manifest.txt', (text) => text.replace('account acc', 'account acd')),
      signature,
    ).status,
    0,
  )
  const [first, second] = run(
    change('verifier-key.txt', (text) => text.replace(/.{8}\n$/, 'AAAAAAA=\n')),
    whose,
  )
    .said.trim()
    .split('\n')
  assert.notEqual(first, second)
})

test('what a person reads has every line, every duty, and no claim of a certificate', () => {
  const text = String(bundle.find(({ name }) => name === 'report.txt')!.bytes)
  for (const { id, title } of CHECKS) assert.ok(text.includes(`${id}: ${title}`), id)
  for (const { clause, owner } of SAFEGUARDS)
    if (owner !== 'software') assert.ok(text.includes(`  ${clause}  `), clause)
  assert.ok(text.includes(`Zebra Example Clinic (${live.accountId})`))
  assert.ok(text.split('\n').every((line) => line.length <= 110))
  for (const { name, bytes } of bundle)
    assert.doesNotMatch(String(bytes), /HIPAA[- ](?:certified|compliant)/i, name)
})

test('a bundle of an account that has faxed names no number and no page', () => {
  const all = bundle.map(({ bytes }) => String(bytes)).join('\n')
  assert.doesNotMatch(all, /\+1202555|2025550100|Test Patient|fax_[0-9a-z]{20}/)
})
