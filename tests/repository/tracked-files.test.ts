import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT, trackedFiles } from '../support/modules.ts'

const SIZE_MAX_BYTES = 2 * 1024 * 1024
const files = trackedFiles().filter((file) => statSync(join(ROOT, file), { throwIfNoEntry: false })?.isFile())

/** Somebody's home or work folder, a private key, a key of our own. */
const SLIPS: Record<string, RegExp> = {
  'a path of one machine': /(?<![\w.])\/(?:home|Users)\/[a-z][\w.-]+\/|(?<![\w.])\/work\/[a-z]/,
  'a private key': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/,
  'a live API key': /\bab_live_[A-Za-z0-9]{30,}/,
}

test('no tracked file holds a path of one machine or a secret', () => {
  assert.ok(files.length > 200, `${files.length} files`)
  assert.deepEqual(
    files.flatMap((file) => slips(file, readFileSync(join(ROOT, file), 'latin1'))),
    [],
  )
})

test('a planted slip of each kind is caught', () => {
  const planted = ['/', 'home', '/somebody', '/answerback/'].join('')
  assert.deepEqual(slips('a', planted), ['a: a path of one machine'])
  assert.deepEqual(slips('a', `-----BEGIN ${'PRIVATE'} KEY-----`), ['a: a private key'])
  assert.deepEqual(slips('a', `ab_${'live'}_${'x'.repeat(40)}`), ['a: a live API key'])
  assert.deepEqual(slips('a', 'https://a.example/home/page'), [])
})

test('no tracked file is larger than 2 MiB', () => {
  assert.deepEqual(
    files.filter((file) => statSync(join(ROOT, file)).size > SIZE_MAX_BYTES),
    [],
  )
})

function slips(file: string, text: string): string[] {
  return Object.entries(SLIPS)
    .filter(([, pattern]) => pattern.test(text))
    .map(([kind]) => `${file}: ${kind}`)
}
