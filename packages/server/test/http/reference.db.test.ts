import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { apiMarkdown } from '../../src/adapters/http/api-markdown.ts'
import { errorsMarkdown } from '../../src/adapters/http/errors-page.ts'
import { openApiDocument } from '../../src/adapters/http/openapi.ts'
import { PROBLEM_CODES, statusOfProblem } from '../../src/adapters/web/problem-status.ts'
import { PROBLEMS } from '../../src/domain/problem/problem.ts'
import { testHttpServer } from '../support/http.ts'

const FOLDER = join(import.meta.dirname, '../../../../docs/reference')
const server = await testHttpServer()

const PAGES = {
  'errors.md': () => errorsMarkdown(),
  'api.md': () => apiMarkdown(openApiDocument(server.app.routeTable, { url: '/', version: '0' })),
}

for (const [name, page] of Object.entries(PAGES)) {
  test(`docs/reference/${name} is what the code says (ANSWERBACK_WRITE_REFERENCE=1 writes it)`, async () => {
    const path = join(FOLDER, name)
    if (process.env.ANSWERBACK_WRITE_REFERENCE === '1') {
      await mkdir(FOLDER, { recursive: true })
      await writeFile(path, page())
    }
    assert.equal(await readFile(path, 'utf8'), page())
  })
}

test('every problem has a status, a sentence, a fix, and an anchor in the reference', async () => {
  const errors = await readFile(join(FOLDER, 'errors.md'), 'utf8')
  const anchors = [...errors.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, code]) => code)
  assert.deepEqual(anchors, PROBLEM_CODES)
  assert.equal(new Set(anchors).size, PROBLEM_CODES.length)
  for (const code of PROBLEM_CODES) {
    const { sentence, fix } = PROBLEMS[code]
    assert.match(sentence, /^[A-Z].*\.$/, code)
    assert.match(fix, /^[A-Z].*\.$/, code)
    const status = statusOfProblem(code)
    assert.ok(status >= 400 && status <= 503, code)
  }
})

test('a code of a class nobody mapped is a bug that shows at once', () => {
  assert.throws(() => statusOfProblem('nonsense.code' as 'fax.not_found'), /no HTTP status/)
})
