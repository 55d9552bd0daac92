import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { freePort, KillableServer } from '../support/killable-server.ts'

const CLI = join(import.meta.dirname, '../../packages/cli/bin/answerback.js')

const folder = await mkdtemp(join(tmpdir(), 'answerback-first-run-'))
const server = new KillableServer(folder, await freePort(), { ANSWERBACK_RENDER_WORKERS: '1' })
assert.ok(await server.start('On a terminal:'), server.errors)
after(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(command: string, args: readonly string[]): Promise<Outcome> {
  const port = new URL(server.url).port
  const env = { ...process.env, ANSWERBACK_DATA: folder, ANSWERBACK_PORT: port }
  return new Promise((resolve) => {
    execFile(command, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
    })
  })
}

const answerback = (...args: string[]) => run(process.execPath, [CLI, ...args])
const sample = join(folder, 'sample-referral.pdf')

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await answerback(...args, '--json')
  assert.ok(stdout.startsWith('{'), stderr)
  return JSON.parse(stdout)
}

test('the first run ends with the sample referral delivered, and says that nothing was dialled', () => {
  assert.match(server.output, /sandbox: nothing was dialled/)
  assert.match(server.output, /fax\.delivered\n {2}delivered: 2 of 2 pages confirmed/)
})

test('the account has a number from the start, and a fax comes in on it with the printed curl', async () => {
  const [, number, id] =
    /Your first number: (\+12025550\d{3}) \((num_\w+), simulated/.exec(server.output) ?? assert.fail()
  const command = /curl \S+\/v2\/test\/inbound[\s\S]*?\}'/.exec(server.output)?.[0] ?? assert.fail()
  assert.ok(command.includes(String(number)))
  const { stdout } = await run('sh', ['-c', command])
  const received = JSON.parse(stdout)
  assert.deepEqual([received.status, received.to, received.numberId], ['received', number, id])
})

test('the credentials are for their owner alone', async () => {
  assert.equal((await stat(join(folder, 'credentials.json'))).mode & 0o777, 0o600)
})

test('the console user signs in with the password that was printed once and kept for its owner', async () => {
  const { consoleUser, consolePassword } = JSON.parse(
    await readFile(join(folder, 'credentials.json'), 'utf8'),
  )
  assert.ok(server.output.includes(`Sign in as ${consoleUser} with the password ${consolePassword}`))
  const signedIn = await fetch(`${server.url}/auth/sign-in`, {
    method: 'POST',
    headers: { origin: server.url, 'content-type': 'application/json' },
    body: JSON.stringify({ email: consoleUser, password: consolePassword }),
  })
  assert.deepEqual(await signedIn.json(), { status: 'signed_in', factors: null })
})

test('the printed curl works when it is pasted', async () => {
  const command = /curl http[\s\S]*?sample-referral\.pdf/.exec(server.output)?.[0]
  assert.ok(command)
  const { stdout } = await run('sh', ['-c', command])
  assert.match(JSON.parse(stdout).id, /^fax_/)
})

test('send --wait shows the pages go and exits 0 when they are delivered', async () => {
  const cover = ['--cover', 'subject=Referral', '--cover', 'to_name=Dr Okapi']
  const sent = await answerback(
    'send',
    sample,
    '--to',
    '+12025550100',
    '--allow-duplicate',
    '--wait',
    ...cover,
  )
  assert.equal(sent.code, 0, sent.stderr)
  assert.match(sent.stderr, /3\/3 pages {2}delivered, attempt 1/)
  assert.match(sent.stdout, /3 of 3 confirmed/)
})

test('send --wait exits 1 and says why when the number is not in service', async () => {
  const sent = await answerback('send', sample, '--to', '+12025550104', '--wait')
  assert.equal(sent.code, 1)
  assert.match(sent.stdout, /not in service\. Check it with the recipient\. \[number\.unallocated\]/)
})

test('a refusal names the field and the fix', async () => {
  const sent = await answerback('send', sample, '--to', 'twelve')
  assert.equal(sent.code, 1)
  assert.match(sent.stderr, /\[number\.invalid\]\n {2}field: {3}to\n {2}fix: {5}Send E\.164/)
})

test('status, list and cancel tell of the same fax', async () => {
  const sent = await json('send', sample, '--to', '+12025550101', '--at', '2099-01-01T00:00:00Z')
  const id = String(sent.id)
  const list = await json('list', '--status', 'scheduled')
  assert.deepEqual(
    (list.data as { id: string }[]).map((fax) => fax.id),
    [id],
  )
  assert.equal((await answerback('cancel', id)).code, 0)
  assert.equal((await json('status', id)).status, 'canceled')
})

test('a key is made, rotated and revoked, and its secret is told once', async () => {
  const made = await json('keys', 'create', '--name', 'Test key Zebra', '--scope', 'faxes:read')
  assert.match(String(made.secret), /^ab_test_/)
  assert.equal((await answerback('list', '--key', String(made.secret))).code, 0)
  const rotated = await json('keys', 'rotate', String(made.id))
  assert.notEqual(rotated.secret, made.secret)
  assert.equal((await answerback('keys', 'revoke', String(rotated.id))).code, 0)
  assert.equal((await answerback('list', '--key', String(rotated.secret))).code, 1)
  const { stdout } = await answerback('keys', 'list')
  assert.ok(stdout.includes('Test key Zebra') && !stdout.includes(String(made.secret)))
})

test('the master key of the local server is rotated beside it', async () => {
  const { code, stdout, stderr } = await answerback('vault', 'rotate', 'master')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^Master key k2 wraps from now on/)
})

test('without a server the command line says how to start one, and exits 3', async () => {
  const port = String(await freePort())
  const { code, stderr } = await answerback('list', '--url', `http://127.0.0.1:${port}`)
  assert.equal(code, 3)
  assert.match(stderr, /Start it with \.\/start/)
})

test('SIGTERM drains and exits 0', async () => {
  assert.equal(await server.stop(), 0)
})
