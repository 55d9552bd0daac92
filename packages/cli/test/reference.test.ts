import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { USAGE } from '../src/command-line.ts'

const PAGE = join(import.meta.dirname, '../../../docs/reference/cli.md')
const BLOCK = /(?<=```text\n)[\s\S]*?(?=```)/

test('docs/reference/cli.md has the commands as the program tells them (ANSWERBACK_WRITE_REFERENCE=1 writes them)', () => {
  const page = readFileSync(PAGE, 'utf8')
  const wanted = page.replace(BLOCK, () => USAGE)
  if (process.env.ANSWERBACK_WRITE_REFERENCE === '1') writeFileSync(PAGE, wanted)
  assert.equal(readFileSync(PAGE, 'utf8'), wanted)
})
