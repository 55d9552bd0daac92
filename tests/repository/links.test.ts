import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { ROOT, trackedFiles } from '../support/modules.ts'

/** `[text](target)` and `![text](target)`; a title after the target is allowed. */
const LINK = /!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g
const CODE = /^(```|~~~)[\s\S]*?^\1|`[^`\n]*`/gm
/** Another site, or an address of a running server. */
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|\/)/i

const pages = trackedFiles().filter((file) => file.endsWith('.md') && existsSync(join(ROOT, file)))

test('every relative link of the documentation leads to a file, and to a heading of it', () => {
  assert.ok(pages.includes('README.md') && pages.length > 20, `${pages.length} pages`)
  assert.deepEqual(
    pages.flatMap((page) => brokenLinks(page)),
    [],
  )
})

test('the two kinds of broken link are told, and links elsewhere are left alone', () => {
  const told = (text: string) => brokenLinks('docs/adr/planted.md', text)
  assert.deepEqual(told('[a](nowhere.md)'), ['docs/adr/planted.md: nowhere.md'])
  assert.deepEqual(told('[a](../../README.md#no-such-heading)'), [
    'docs/adr/planted.md: ../../README.md#no-such-heading',
  ])
  assert.deepEqual(told('[a](../../README.md#start) [b](https://a.example/b) `[c](nowhere.md)`'), [])
})

function brokenLinks(page: string, text = readFileSync(join(ROOT, page), 'utf8')): string[] {
  return [...text.replace(CODE, '').matchAll(LINK)]
    .map((match) => match[1]!)
    .filter((target) => !ELSEWHERE.test(target) && !resolves(page, target))
    .map((target) => `${page}: ${target}`)
}

function resolves(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)))
  const found = statSync(join(ROOT, file), { throwIfNoEntry: false })
  if (found === undefined || file.startsWith('..')) return false
  if (anchor === undefined || !found.isFile()) return true
  return anchorsOf(readFileSync(join(ROOT, file), 'utf8')).includes(anchor)
}

/** Anchors as code hosts make them of headings: lower case, punctuation dropped, spaces to hyphens. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}
