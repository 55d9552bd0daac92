import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createHttpOut } from '../../server/src/adapters/http-out/http-out.ts'
import { createIFaxUpstream } from '../../server/src/adapters/lines/ifax/upstream.ts'
import { testHttpServer } from '../../server/test/support/http.ts'
import { IFaxDouble } from '../../server/test/support/ifax-double.ts'
import { parseCommandLine } from '../src/command-line.ts'
import { line } from '../src/commands/line.ts'
import { provider } from '../src/commands/provider.ts'
import { reconcile } from '../src/commands/reconcile.ts'
import { commandLineOf, refusal, type Said } from './support/answerback.ts'

const double = new IFaxDouble()
await double.listen()
double.numbers.push('+12025550177')
const httpOut = createHttpOut()
const server = await testHttpServer({
  services: {
    httpOut,
    upstream: createIFaxUpstream({
      httpOut,
      policy: { allowLoopback: true },
      documentBytesMax: 1_048_576,
      timeoutMs: 2_000,
    }),
  },
})
const command = commandLineOf(server.url, await server.makeKey({ ...server.scope, mode: 'live' }))
const folder = mkdtempSync(join(tmpdir(), 'answerback-provider-'))
after(() => {
  double.close()
  rmSync(folder, { recursive: true })
})

const PASSWORD = 'word-of-zebra'
const hookAuth = join(folder, 'hook-auth')
writeFileSync(hookAuth, `ifax:${PASSWORD}\n`)

/** Whatever was said, no secret of the provider is in it. */
async function answerback(args: readonly string[], input?: string): Promise<Said> {
  const said = await command(args, input)
  assert.ok(
    ![double.key, PASSWORD].some((secret) => `${said.out}${said.err}`.includes(secret)),
    args.join(' '),
  )
  return said
}

const add = async (...args: string[]) => {
  const given = ['provider', 'add', '--name', 'iFax', '--api-key-file', '-', '--base-url', double.url]
  return answerback([...given, ...args], `${double.key}\n`)
}
const idIn = ({ out }: Said) => /prv_\w+/.exec(out)?.[0] ?? assert.fail(out)

test('a provider is added with its key from a pipe, and where it posts to is told once', async () => {
  const made = await add('--hook-auth-file', hookAuth, '--caller-id', '+12025550177', '--concurrency', '3')
  assert.equal(made.code, 0, made.err)
  const id = idIn(made)
  assert.match(
    made.out,
    /^prv_\w+ {2}iFax {2}\(ifax\) {2}enabled\n {2}at .*, 3 faxes at once, caller \+12025550177\n/,
  )
  const hook = /http\S+\/hooks\/ifax\/[\w-]{43}/.exec(made.out)?.[0]
  assert.ok(hook)
  assert.match(made.out, new RegExp(`npx answerback provider test ${id}\n.*npx answerback line ifax\n$`))
  const listed = await answerback(['provider'])
  assert.match(listed.out, new RegExp(`^${id} `))
  const shown = await answerback(['provider', 'show', id])
  assert.match(
    shown.out,
    /posts {4}are taken with the token, user name and password\n {2}compared sent not yet, received not yet\n/,
  )
  assert.ok(!`${listed.out}${shown.out}`.includes(hook))
  const rotated = await answerback(['provider', 'rotate-hook', id, '--json'])
  assert.notEqual(JSON.parse(rotated.out).hookUrl, hook)
  await answerback(['provider', 'remove', id])
})

test('a test says what is to be mended, and ends with 1 until it is', async () => {
  const id = idIn(await add())
  const good = await answerback(['provider', 'test', id])
  assert.equal(good.code, 0, good.err)
  assert.match(good.out, /ok {7}key {7}The provider takes the key\.\nIt has 1 number of this account\.\n$/)
  const changed = await answerback(
    ['provider', 'change', id, '--enabled', 'false', '--api-key-file', '-'],
    'wrong',
  )
  assert.match(changed.out, /switched off/)
  const bad = await answerback(['provider', 'test', id])
  assert.equal(bad.code, 1)
  assert.match(bad.out, /FAILED {3}settings .*\n +Set "enabled" to true\.\n/)
  assert.match(bad.out, /FAILED {3}key .*\n +Copy the key/)
  const removed = await answerback(['provider', 'remove', id, '--json'])
  assert.deepEqual(JSON.parse(removed.out), { id, removed: true })
  assert.equal((await answerback(['provider'])).out, 'No providers.\n')
})

test('the caller and the password of its posts are taken away by name', async () => {
  const id = idIn(await add('--hook-auth-file', hookAuth, '--caller-id', '+12025550177'))
  const { out } = await answerback([
    'provider',
    'change',
    id,
    '--caller-id',
    'none',
    '--no-hook-auth',
    '--json',
  ])
  const { callerId, hasHookAuth } = JSON.parse(out)
  assert.deepEqual([callerId, hasHookAuth], [null, false])
  await answerback(['provider', 'remove', id])
})

test('live faxes leave as the account says, which one command reads and changes', async () => {
  assert.match((await answerback(['line'])).out, /^sip {2}over the SIP trunks/)
  assert.match((await answerback(['line', 'ifax'])).out, /^ifax {2}through its provider/)
  assert.deepEqual(JSON.parse((await answerback(['line', '--json'])).out), { outboundLine: 'ifax' })
  assert.equal((await answerback(['line', 'sip'])).code, 0)
})

test('a fax that only the provider knows is told by a reconciliation, shown, and seen to', async () => {
  const id = idIn(await add())
  const before = await answerback(['reconcile'])
  assert.equal(before.code, 0, before.err)
  assert.match(before.out, /^None has come to its end\.\nNo contradiction is open\.\n/)
  await server.services.clock.advance(2 * 3_600_000)
  const begun = Math.floor(server.services.clock.now() / 1000) - 3_600
  double.faxes.push({
    jobId: 900_001,
    fromNumber: '+12025550177',
    toNumber: '+12025550100',
    faxCallLength: 30,
    faxCallStart: begun,
    faxCallEnd: begun + 30,
    faxTotalPages: 1,
    faxTransferredPages: 1,
    faxStatus: 'delivered',
    message: 'SUCCESS',
    code: 0,
  })
  const run = await answerback(['reconcile', 'now'])
  assert.equal(run.code, 1, 'a person has to look')
  assert.match(run.out, /^rec_\w+ .* ended\n {2}compared 1 sent, 0 received\n {2}new {6}1 contradiction\n/)
  const status = await answerback(['reconcile', 'status'])
  assert.equal(status.code, 1)
  assert.match(status.out, /\n1 contradiction is open: npx answerback reconcile contradictions\n$/)
  const open = await answerback(['reconcile', 'contradictions'])
  assert.match(
    open.out,
    new RegExp(`which ${id} calls 900001\n  ours     nothing\n  theirs   delivered, 1 page\n`),
  )
  const contradiction = /^ctr_\w+/.exec(open.out)?.[0] ?? assert.fail(open.out)
  const resolved = await answerback(['reconcile', 'resolve', contradiction])
  assert.match(resolved.out, /\n {2}resolved \d{4}-.* by key_/)
  assert.equal((await answerback(['reconcile', 'contradictions'])).out, 'No contradictions.\n')
  assert.match((await answerback(['reconcile', 'contradictions', '--resolved', 'true'])).out, /^ctr_/)
  assert.equal((await answerback(['reconcile'])).code, 0)
})

test('a reconciliation that could not ask says so, and ends with 1', async () => {
  const id = idIn(await add())
  await answerback(['provider', 'change', id, '--base-url', 'http://127.0.0.1:9'])
  const { code, out } = await answerback(['reconcile', 'now'])
  assert.equal(code, 1)
  assert.match(out, /\n {2}error {4}provider_not_reached\n.*\n {2}failed {3}1 provider could not be asked\n/)
  await answerback(['provider', 'remove', id])
})

test('a key is never taken from the command line, and a file that is no key is not sent', async () => {
  const file = join(folder, 'not-a-key')
  writeFileSync(file, 'two\nlines')
  const added = ['add', '--name', 'iFax', '--api-key-file']
  for (const [command, args, told] of [
    [
      provider,
      ['add', '--name', 'iFax'],
      /^A provider needs --name NAME and --api-key-file FILE\|-: never the key/,
    ],
    [provider, ['add', '--name', 'iFax', '--api-key', 'k'], /--api-key/],
    [provider, [...added, file], /is one line of at most/],
    [provider, [...added, '-', '--hook-auth-file', '-'], /^Only one of them/],
    [provider, [...added, hookAuth, '--hook-auth-file', '/no/such'], /^Cannot read the file \/no\/such/],
    [provider, ['change', 'prv_1'], /^Say what to change/],
    [provider, ['change', 'prv_1', '--simulated', 'perhaps'], /^--simulated takes true or false/],
    [
      provider,
      ['change', 'prv_1', '--no-hook-auth', '--hook-auth-file', hookAuth],
      /^Give --hook-auth-file or/,
    ],
    [provider, ['rename'], /^Say what to do: provider list/],
    [reconcile, ['later'], /^Say what to do: reconcile status/],
    [line, ['pigeon'], /^Say how live faxes shall leave: line sip or line ifax\./],
  ] as const)
    await assert.rejects(async () => command(parseCommandLine(args)), refusal(told))
  const { code, err } = await answerback([...['provider', ...added], '-'])
  assert.deepEqual([code, err], [2, 'The API key of the provider is empty.\n'])
})
