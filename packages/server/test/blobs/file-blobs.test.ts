import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts'
import { FolderSync } from '../../src/adapters/blobs/folder-sync.ts'

const scratch = mkdtempSync(join(tmpdir(), 'answerback-blobs-'))
after(() => rmSync(scratch, { recursive: true }))
const CAP = { maxBytes: 1_000_000 }

test('files and folders are closed to other users', async () => {
  const root = join(scratch, 'modes')
  const blobs = await openFileBlobs(root, 0)
  await blobs.put('documents/doc_a', Buffer.from('x'), CAP)
  for (const [path, isFolder] of walk(root)) {
    assert.equal(statSync(path).mode & 0o777, isFolder ? 0o700 : 0o600, path)
  }
})

test('a failed write leaves nothing behind', async () => {
  const root = join(scratch, 'failed')
  const blobs = await openFileBlobs(root, 0)
  await assert.rejects(blobs.put('documents/doc_a', Buffer.alloc(2), { maxBytes: 1 }))
  assert.deepEqual(
    walk(root).filter(([, isFolder]) => !isFolder),
    [],
  )
})

test('opening sweeps writes abandoned a day ago and leaves those that may be under way', async () => {
  const root = join(scratch, 'sweep')
  mkdirSync(join(root, '_incoming'), { recursive: true })
  const nowMs = Date.UTC(2026, 0, 2)
  for (const [name, ageHours] of [
    ['old', 25],
    ['young', 1],
  ] as const) {
    const path = join(root, '_incoming', name)
    writeFileSync(path, 'x')
    const at = new Date(nowMs - ageHours * 3_600_000)
    utimesSync(path, at, at)
  }
  await openFileBlobs(root, nowMs)
  assert.deepEqual(readdirSync(join(root, '_incoming')), ['young'])
})

test('many writers at once share the flushes of their folder, and all are stored', async () => {
  const blobs = await openFileBlobs(join(scratch, 'many'), 0)
  const keys = Array.from({ length: 100 }, (_, index) => `documents/doc_${index}`)
  await Promise.all(keys.map((key) => blobs.put(key, Buffer.from(key), CAP)))
  for (const key of keys) assert.equal((await blobs.head(key))?.byteLength, key.length)
})

test('who asks while a flush is under way is answered by a later one, shared by all who ask', async () => {
  const folders = new FolderSync()
  const first = folders.sync(scratch)
  const second = folders.sync(scratch)
  const third = folders.sync(scratch)
  assert.notEqual(second, first)
  assert.equal(third, second)
  await Promise.all([first, second])
  const later = folders.sync(scratch)
  assert.notEqual(later, second)
  await later
  await assert.rejects(folders.sync(join(scratch, 'none')), { code: 'ENOENT' })
})

const strace = spawnSync('strace', ['-V']).status === 0
test('a value is flushed before it gets its name, and the name before the write is done', {
  skip: strace ? false : 'needs strace',
}, () => {
  const root = join(scratch, 'traced')
  const trace = join(scratch, 'trace')
  const program = `
    import { openFileBlobs } from ${JSON.stringify(import.meta.resolve('../../src/adapters/blobs/file-blobs.ts'))}
    const blobs = await openFileBlobs(${JSON.stringify(root)}, 0)
    await blobs.put('documents/doc_a', Buffer.from('x'), { maxBytes: 1 })
    process.stdout.write('stored')`
  const calls = 'trace=rename,renameat,renameat2,fsync,fdatasync,write'
  const args = [
    '-f',
    '-y',
    '-e',
    calls,
    '-o',
    trace,
    process.execPath,
    '--input-type=module-typescript',
    '-e',
    program,
  ]
  execFileSync('strace', args, { stdio: 'ignore' })
  const order = readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (/fsync\(\d+<[^>]*\/_incoming\/[0-9a-f]{32}-\d+>/.test(line)) return ['flush value']
      if (/rename\w*\(.*doc_a/.test(line)) return ['rename']
      if (/fsync\(\d+<[^>]*\/documents\/_[0-9a-f]{2}>/.test(line)) return ['flush folder']
      if (/write\(1<.*stored/.test(line)) return ['done']
      return []
    })
  assert.deepEqual(order, ['flush value', 'rename', 'flush folder', 'done'])
})

function walk(folder: string): [path: string, isFolder: boolean][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => [
    join(entry.parentPath, entry.name),
    entry.isDirectory(),
  ])
}
