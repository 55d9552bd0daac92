import assert from 'node:assert/strict'
import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { openCheckpoint, parseVerifierKey } from '../src/audit-verify/signed-note.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
const NAME = 'example.com/log'
const typed = Buffer.concat([Buffer.of(1), raw])
const id = hash('sha256', Buffer.concat([Buffer.from(`${NAME}\n`), typed]), 'buffer').subarray(0, 4)
const KEY = `${NAME}+${id.toString('hex')}+${typed.toString('base64')}`
const ROOT = Buffer.alloc(32, 7).toString('base64')

function note(text: string, name = NAME): string {
  const blob = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)])
  return `${text}\n\u2014 ${name} ${blob.toString('base64')}\n`
}

const open = (text: string) => openCheckpoint(text, parseVerifierKey(KEY)!)

test('the published example of a key is read, and the signature made with it holds', () => {
  // https://c2sp.org/signed-note, as Go's implementation has it.
  const key = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')
  assert.equal(key?.name, 'example.com/foo')
  const signed =
    'This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
  // It holds, and is then found to be no checkpoint.
  assert.equal(openCheckpoint(signed, key!), 'what was signed is no checkpoint of this log')
  assert.equal(openCheckpoint(signed.replace('example m', 'eXample m'), key!), 'its signature does not hold')
})

test('a checkpoint is opened, with its time when it says one', () => {
  const timed = open(note(`${NAME}\n5\n${ROOT}\ntime 2026-01-02T12:00:00.000Z\n`))
  assert.deepEqual(timed, { size: 5, root: Buffer.alloc(32, 7), atMs: Date.UTC(2026, 0, 2, 12) })
  const plain = open(note(`${NAME}\n5\n${ROOT}\n`))
  assert.equal(typeof plain === 'string' ? plain : plain.atMs, undefined)
})

test('a witness’s line beside the log’s does no harm, and does not stand in for it', () => {
  const text = `${NAME}\n5\n${ROOT}\n`
  const witness = `\u2014 witness.example ${Buffer.alloc(76, 9).toString('base64')}\n`
  assert.equal(typeof open(note(text) + witness), 'object')
  assert.equal(open(`${text}\n${witness}`), 'it is not signed by the key')
})

test('a signed text that is no checkpoint of this log is refused', () => {
  for (const text of [
    `example.com/other\n5\n${ROOT}\n`,
    `${NAME}\n05\n${ROOT}\n`,
    `${NAME}\n-1\n${ROOT}\n`,
    `${NAME}\n5\n${ROOT.slice(4)}\n`,
    `${NAME}\n5\n`,
  ])
    assert.equal(open(note(text)), 'what was signed is no checkpoint of this log', text)
})

test('a key that is none, or whose hash is another’s, is not read', () => {
  for (const key of [
    '',
    NAME,
    KEY.replace(/\+[0-9a-f]{8}/, '+00000000'),
    `${KEY}=`,
    KEY.replace('example', 'eXample'),
  ])
    assert.equal(parseVerifierKey(key), undefined, key)
})

test('whatever is changed of a note, it opens no more', () => {
  const whole = note(`${NAME}\n5\n${ROOT}\ntime 2026-01-02T12:00:00.000Z\n`)
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 2 }), (at, put) => {
      const changed = whole.slice(0, at) + put + whole.slice(at + 1)
      if (changed !== whole) assert.equal(typeof open(changed), 'string', changed)
    }),
    { numRuns: 400 },
  )
})

test('no text makes it fail otherwise than by saying so', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      assert.equal(typeof open(text), 'string')
      assert.equal(parseVerifierKey(text), undefined)
    }),
    { numRuns: 300 },
  )
})
