import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startCluster } from '../../../src/adapters/database/embedded/cluster.ts'
import { processesIn } from '../../../src/adapters/database/embedded/orphans.ts'
import { ask, endAll, gone, type Report, supervise } from '../../support/supervised.ts'

const scratch = mkdtempSync(join(tmpdir(), 'answerback-cluster-'))
after(async () => {
  await endAll()
  rmSync(scratch, { recursive: true, force: true })
})
chmodSync(scratch, 0o755)
const linux = process.platform === 'linux' ? false : 'the embedded PostgreSQL exists for Linux only'

test('a cluster is durable, checksummed, reachable over its private socket alone, and silent about data', {
  skip: linux,
}, async () => {
  const cluster = await startCluster({ folder: join(scratch, 'first') })
  try {
    const settings = await ask(
      { host: cluster.host, launcher: cluster.launcher, pid: cluster.pid },
      `select name, setting from pg_settings where name in ('data_checksums', 'fsync', 'full_page_writes',
         'synchronous_commit', 'listen_addresses', 'server_encoding', 'log_min_error_statement', 'port') order by name`,
    )
    assert.deepEqual(Object.fromEntries(settings.map((row) => [row.name, row.setting])), {
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '',
      log_min_error_statement: 'panic',
      port: '5432',
      server_encoding: 'UTF8',
      synchronous_commit: 'on',
    })
    assert.equal(statSync(cluster.host).mode & 0o777, 0o700)
    const status = readFileSync(`/proc/${cluster.pid}/status`, 'utf8')
    assert.doesNotMatch(status, /^Uid:\s+0\s/m)
  } finally {
    await cluster.close()
  }
  assert.equal(await gone(cluster.pid), true)
  assert.equal(existsSync(join(scratch, 'first/data/postmaster.pid')), false)
})

test('a second process on the folder is refused by name, and the first is not disturbed', {
  skip: linux,
}, async () => {
  const folder = join(scratch, 'shared')
  const first = await supervise(folder)
  const second = await supervise(folder)
  assert.deepEqual(second.report, {
    code: 'in_use',
    sentence: `Process ${first.process.pid} already runs Answerback on ${folder}: stop it, or set ANSWERBACK_DATA to another folder.`,
  })
  assert.deepEqual(await ask(first.report, 'select 1 as one'), [{ one: 1 }])
  assert.equal(await first.end('SIGTERM'), 0)
  const third = await supervise(folder)
  assert.deepEqual(await ask(third.report, 'select 1 as one'), [{ one: 1 }])
  assert.equal(await third.end('SIGTERM'), 0)
})

test('killed without warning, PostgreSQL follows at once, and the next start finds every committed row', {
  skip: linux,
}, async () => {
  const folder = join(scratch, 'killed')
  let supervisor = await supervise(folder)
  await ask(supervisor.report, 'create table kept (n int)')
  for (let round = 1; round <= 3; round += 1) {
    await ask(supervisor.report, `insert into kept values (${round})`)
    assert.equal(await supervisor.end('SIGKILL'), 'SIGKILL')
    supervisor = await supervise(folder)
    assert.deepEqual(await ask(supervisor.report, 'select count(*)::int as rows from kept'), [
      { rows: round },
    ])
  }
  const { pid } = started(supervisor.report)
  await supervisor.end('SIGKILL')
  assert.equal(await gone(pid), true, 'PostgreSQL outlived its supervisor')
})

test('a PostgreSQL that outlived its supervisor is stopped and taken over', { skip: linux }, async () => {
  const folder = join(scratch, 'orphan')
  const supervisor = await supervise(folder)
  await ask(supervisor.report, 'create table kept (n int)')
  const { pid } = started(supervisor.report)
  // Stopped, it cannot act on the signal the kernel sends it when its supervisor dies.
  process.kill(pid, 'SIGSTOP')
  await supervisor.end('SIGKILL')
  setTimeout(() => process.kill(pid, 'SIGCONT'), 300)
  const next = await supervise(folder)
  assert.notEqual(started(next.report).pid, pid)
  assert.equal(await gone(pid, 1_000), true)
  assert.deepEqual(await ask(next.report, 'select * from kept'), [])
  await next.end('SIGTERM')
})

test('a pid file that names an unrelated live process does not stop a start', { skip: linux }, async () => {
  const folder = join(scratch, 'reused')
  await (await supervise(folder)).end('SIGTERM')
  const file = join(folder, 'data/postmaster.pid')
  writeFileSync(file, `${process.pid}\n${join(folder, 'data')}\n1700000000\n5432\n/nowhere\n\n\n`)
  const supervisor = await supervise(folder)
  assert.deepEqual(await ask(supervisor.report, 'select 1 as one'), [{ one: 1 }])
  await supervisor.end('SIGTERM')
})

test('a data directory of another major version is refused with the way out, untouched', {
  skip: linux,
}, async () => {
  const folder = join(scratch, 'older')
  mkdirSync(join(folder, 'data'), { recursive: true })
  writeFileSync(join(folder, 'data/PG_VERSION'), '17\n')
  await assert.rejects(startCluster({ folder }), {
    code: 'wrong_major',
    message: /made by PostgreSQL 17 .* set DATABASE_URL/,
  })
  assert.deepEqual(readdirSync(join(folder, 'data')), ['PG_VERSION'])
})

test('an initdb that was cut short leaves no cluster behind', { skip: linux }, async () => {
  const folder = join(scratch, 'half')
  mkdirSync(join(folder, 'data.new/base'), { recursive: true })
  writeFileSync(join(folder, 'data.new/PG_VERSION'), '18\n')
  const cluster = await startCluster({ folder })
  await cluster.close()
  assert.equal(existsSync(join(folder, 'data.new')), false)
})

test('a folder whose name is too long for a socket gets a short one, gone afterwards', {
  skip: linux,
}, async () => {
  const folder = join(scratch, 'x'.repeat(110))
  const cluster = await startCluster({ folder })
  assert.ok(cluster.host.length < 90)
  assert.equal(statSync(cluster.host).mode & 0o777, 0o700)
  await cluster.close()
  assert.equal(existsSync(cluster.host), false)
})

test('a PostgreSQL that dies by itself is reported once', { skip: linux }, async () => {
  const sentences: string[] = []
  const exited = new Promise<void>((resolve) => {
    void startCluster({
      folder: join(scratch, 'dies'),
      onExit: (sentence) => {
        sentences.push(sentence)
        resolve()
      },
    }).then((cluster) => process.kill(cluster.pid, 'SIGQUIT'))
  })
  await Promise.all([exited, new Promise((resolve) => setTimeout(resolve, 3_000))])
  assert.equal(sentences.length, 1)
  assert.match(sentences[0] ?? '', /^PostgreSQL stopped unexpectedly/)
  assert.deepEqual(processesIn(join(scratch, 'dies/data')), [])
})

function started(report: Report): { pid: number } {
  if ('pid' in report) return report
  throw new Error(report.sentence)
}
