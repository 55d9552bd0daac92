import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { CHECKS } from '../../src/application/compliance/checks.ts'
import { ConfigError } from '../../src/config/misconfiguration.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { needsOpenssl } from '../lines/sip/test-certificate.ts'
import { ConfiguredServer, without } from './configured-server.ts'
import { DEEDS, REFUSED, SETTINGS } from './missettings.ts'

const skip = needsOpenssl
const closers: (() => Promise<void>)[] = []
const configured = skip ? undefined : await ConfiguredServer.start(closers)
after(async () => {
  for (const close of closers.reverse()) await close()
})

test('a server that was configured with everything is green to its last line', { skip }, async () => {
  assert.deepEqual(await configured!.untilGreen(), [])
  assert.deepEqual(await doctor(), { code: 0, red: [] })
})

for (const [line, what, deed] of DEEDS) {
  test(`${what} turns ${line} red, no other line, and mending it turns it green`, { skip }, async () => {
    const mend = await deed(configured!)
    try {
      assert.deepEqual(await configured!.red(), [line])
    } finally {
      await mend()
    }
    assert.deepEqual(await configured!.untilGreen(), [])
  })
}

for (const [line, what, settings] of SETTINGS) {
  test(`${what} turns ${line} red, and no other line`, { skip }, async () => {
    assert.deepEqual(await configured!.redWith(settings), [line])
  })
}

test('the development profile turns system.profile red, and no other line', { skip }, async () => {
  assert.deepEqual(await configured!.redWith({ baaGate: 'enforce' }, 'development'), ['system.profile'])
})

for (const [setting, what, settings] of REFUSED) {
  test(`${what}: the server does not start, and names ${setting}`, { skip }, () => {
    const wanted = without({ ...configured!.settings, ...settings })
    assert.throws(
      () => readConfig('production', wanted, {}),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError)
        assert.deepEqual([...new Set(error.faults.map((fault) => fault.setting))], [setting])
        return true
      },
    )
  })
}

/** Red only in a state that no test can bring about here, or that keeps the server from starting. */
const ELSEWHERE = ['transport.listener', 'system.disk', 'database.at_rest']

test('every line has a mis-setting that was tried on a server that runs', () => {
  const tried = new Set([...DEEDS, ...SETTINGS].map(([line]) => line))
  const left = CHECKS.map(({ id }) => id).filter((id) => !tried.has(id))
  assert.deepEqual(left.sort(), [...ELSEWHERE, 'system.profile'].sort())
})

test('the doctor ends with 1 when a line is red, and names its fix', { skip }, async () => {
  configured!.writeBackupStatus({ lastBackupAt: undefined })
  const { code, red } = await doctor()
  configured!.writeBackupStatus({})
  assert.equal(code, 1)
  assert.deepEqual(red, ['backups.fresh'])
})

/** As an operator runs it: another process, over TLS. */
function doctor(): Promise<{ code: number | null; red: string[] }> {
  const { settings, liveKey } = configured!
  const authority = configured!.at('authority.pem')
  writeFileSync(authority, configured!.certificate)
  const program = join(import.meta.dirname, '../../../cli/src/main.ts')
  const child = spawn(process.execPath, [program, 'doctor', '--production'], {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: authority,
      ANSWERBACK_URL: String(settings.publicUrl),
      ANSWERBACK_KEY: liveKey,
    },
  })
  const out: string[] = []
  child.stdout.on('data', (chunk) => out.push(String(chunk)))
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const red = [...out.join('').matchAll(/^FAIL +(\S+)[^\n]*\n +fix: \S/gm)].map(([, id]) => id!)
      resolve({ code, red })
    })
  })
}
