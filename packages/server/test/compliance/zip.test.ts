import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { writeZip, type ZipEntry } from '../../src/application/compliance/zip.ts'
import { readZip } from '../support/read-zip.ts'

const AT = new Date('2026-03-10T12:34:56Z')
const folder = mkdtempSync(join(tmpdir(), 'answerback-zip-'))
after(() => rmSync(folder, { recursive: true }))

test('what is written is read back, whatever it is', () => {
  const name = fc.stringMatching(/^[a-z0-9/.-]{1,40}$/)
  const entry = fc.record({ name, bytes: fc.uint8Array({ maxLength: 2_000 }) })
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: (each) => each.name, maxLength: 8 }), (entries) => {
      const read = readZip(writeZip(entries, AT))
      assert.deepEqual(
        read.map((each) => [each.name, Buffer.from(each.bytes)]),
        entries.map((each) => [each.name, Buffer.from(each.bytes)]),
      )
    }),
    { numRuns: 200 },
  )
})

test('the same content at the same time is the same file', () => {
  const entries: ZipEntry[] = [{ name: 'a.txt', bytes: Buffer.from('Zebra\n') }]
  assert.deepEqual(writeZip(entries, AT), writeZip(entries, AT))
  assert.notDeepEqual(writeZip(entries, AT), writeZip(entries, new Date(AT.getTime() + 2_000)))
})

const python = spawnSync('python3', ['-c', 'import zipfile']).status === 0

test('another program reads it, its check sums and its time', {
  skip: python ? false : 'python3 is not installed',
}, () => {
  const path = join(folder, 'a.zip')
  writeFileSync(path, writeZip([{ name: 'b/c.txt', bytes: Buffer.from('Test Patient Zebra') }], AT))
  const script =
    'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; i=z.infolist()[0]; ' +
    'print(i.filename, i.date_time, z.read(i).decode(), end="")'
  const { stdout } = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' })
  assert.equal(stdout, 'b/c.txt (2026, 3, 10, 12, 34, 56) Test Patient Zebra')
  assert.ok(readFileSync(path).length < 200)
})
