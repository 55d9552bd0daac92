import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { formatSecret, signatureHeaders } from '../../src/domain/webhooks/webhook-signature.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const EXAMPLE = join(ROOT, 'examples/webhook-verify')
const NOW = 1_900_000_000

const secret = formatSecret(Buffer.alloc(32, 3))
const other = formatSecret(Buffer.alloc(32, 4))
const body = Buffer.from('{"id":"evt_1","data":{"note":"Zebra ✓"}}')
const sign = (secrets: string[], timestamp = NOW) =>
  signatureHeaders({ id: 'evt_1', timestamp, body }, secrets)

const CASES: readonly [name: string, headers: Record<string, string>, body: Buffer, accepted: boolean][] = [
  ['accepts a fresh signature', sign([secret]), body, true],
  ['accepts one of two signatures while a secret is rotated', sign([other, secret]), body, true],
  ['refuses a signature made with another secret', sign([other]), body, false],
  [
    'refuses a body changed by one byte',
    sign([secret]),
    Buffer.from(body.toString().replace('✓', '✗')),
    false,
  ],
  ['refuses another id', { ...sign([secret]), 'webhook-id': 'evt_2' }, body, false],
  ['refuses a message older than five minutes', sign([secret], NOW - 301), body, false],
  ['refuses a message from the future', sign([secret], NOW + 301), body, false],
  [
    'refuses a signature of another version',
    { ...sign([secret]), 'webhook-signature': 'v2,AAAA' },
    body,
    false,
  ],
]

for (const [name, headers, sent, accepted] of CASES) {
  test(`the documented Node snippet ${name}`, async () => {
    const { verifyWebhook } = await import(pathToFileURL(join(EXAMPLE, 'verify.mjs')).href)
    const verify = () => verifyWebhook(secret, headers, sent, NOW)
    if (accepted) verify()
    else assert.throws(verify, /webhook:/)
  })
}

test('the documented Node snippet refuses a request without signature headers', async () => {
  const { verifyWebhook } = await import(pathToFileURL(join(EXAMPLE, 'verify.mjs')).href)
  assert.throws(() => verifyWebhook(secret, {}, body, NOW), /webhook:/)
})

const python = spawnSync('python3', ['--version']).status === 0
const PYTHON_CASES = `
import json, sys, base64
sys.path.insert(0, sys.argv[1])
from verify import verify_webhook
given = json.load(sys.stdin)
results = []
for case in given["cases"]:
    try:
        verify_webhook(given["secret"], case["headers"], base64.b64decode(case["body"]), given["now"])
        results.append(True)
    except ValueError:
        results.append(False)
print(json.dumps(results))
`

test('the documented Python snippet decides every case as the Node one does', {
  skip: python ? false : 'needs python3',
}, () => {
  const cases = CASES.map(([, headers, sent]) => ({ headers, body: sent.toString('base64') }))
  const run = spawnSync('python3', ['-c', PYTHON_CASES, EXAMPLE], {
    input: JSON.stringify({ secret, now: NOW, cases }),
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  assert.equal(run.status, 0, run.stderr)
  assert.deepEqual(
    JSON.parse(run.stdout),
    CASES.map(([, , , accepted]) => accepted),
  )
})

test('the guide shows the snippets exactly as they are tested', () => {
  const guide = readFileSync(join(ROOT, 'docs/guides/webhooks.md'), 'utf8')
  for (const file of ['verify.mjs', 'verify.py']) {
    assert.ok(guide.includes(readFileSync(join(EXAMPLE, file), 'utf8').trim()), file)
  }
})
