import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openOutside } from '../../src/backup/envelope.ts'
import { writeFinalFile } from '../../src/backup/final-file.ts'
import { makeBackup } from '../../src/backup/make-backup.ts'
import { verifyBackup } from '../../src/backup/read-backup.ts'
import { BlobError } from '../../src/ports/blobs.ts'
import { testDatabase } from '../support/database.ts'
import { sendTo } from '../support/faxes.ts'
import { createTestServices } from '../support/services.ts'

const MEGABYTE = 1_048_576
const BLOBS = 4
const BLOB_MEGABYTES = 24
/** A few chunks on their way, and what else this process does. */
const HELD_MEGABYTES_MAX = 16

const folder = await mkdtemp(join(tmpdir(), 'answerback-streaming-'))
const database = await testDatabase()
const services = await createTestServices(database)
const scope = await services.addAccount()
for (let at = 0; at < BLOBS; at += 1) await sendTo(services, scope, 0, { area: 300 + at })
after(async () => {
  await services.close()
  await rm(folder, { recursive: true, force: true })
})

async function* large(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < BLOB_MEGABYTES; at += 1) yield Buffer.alloc(MEGABYTE, at)
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes that something still refers to: garbage waits for longer the busier the machine is, and is nobody's. */
function heldBytes(): number {
  // What the first finds is given back by the next.
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Most memory held above what there was, in MiB, looked at now and then: a whole collection takes a while. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  const before = heldBytes()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, heldBytes())
  }, 500)
  await work().finally(() => clearInterval(timer))
  return (peak - before) / MEGABYTE
}

const source = { database: database.owner, blobs: { get: large }, keyring: services.keyring, program: 'test' }

test('a backup is made and read in a memory that does not grow with it', async (context) => {
  const path = join(folder, 'large')
  const making = await peakOf(() => makeBackup(source, path, 'bak_large'))
  const reading = await peakOf(async () =>
    verifyBackup(await openOutside(path, { keyring: services.keyring })),
  )
  await rm(path)
  const size = BLOBS * BLOB_MEGABYTES
  context.diagnostic(
    `${size} MiB: ${making.toFixed(0)} MiB more while making, ${reading.toFixed(0)} while reading`,
  )
  assert.ok(Math.max(making, reading) < HELD_MEGABYTES_MAX, `${making} and ${reading} MiB of ${size}`)
})

test('a blob that nobody destroyed and that is gone is told as lost', async () => {
  const gone = {
    // biome-ignore lint/correctness/useYield: it fails at the first byte, as a file that is not there does.
    async *get(): AsyncGenerator<Uint8Array> {
      throw new BlobError('not_found', 'no such blob')
    },
  }
  const { manifest } = await makeBackup({ ...source, blobs: gone }, join(folder, 'lossy'), 'bak_lossy')
  assert.deepEqual(
    { count: manifest.blobs.count, lost: manifest.blobs.lost, destroyed: manifest.blobs.destroyedMeanwhile },
    { count: 0, lost: BLOBS, destroyed: 0 },
  )
  await rm(join(folder, 'lossy'))
})

test('a source that fails leaves neither the file nor a part of it', async () => {
  const failing = {
    async *get(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(MEGABYTE)
      throw new Error('the disk is gone')
    },
  }
  const attempt = makeBackup({ ...source, blobs: failing }, join(folder, 'failed'), 'bak_failed')
  await assert.rejects(attempt, /the disk is gone/)
  assert.deepEqual(await readdir(folder), [])
})

test('a process killed while it writes leaves no file under the final name', async () => {
  const module = JSON.stringify(import.meta.resolve('../../src/backup/final-file.ts'))
  const program = `
    import { writeFinalFile } from ${module}
    async function* endless() {
      for (let at = 0; ; at += 1) {
        yield Buffer.alloc(65_536)
        if (at === 20) process.stdout.write('writing\\n')
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
    await writeFinalFile(${JSON.stringify(join(folder, 'killed'))}, endless())
  `
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await ended
  const [left, ...others] = await readdir(folder)
  assert.match(left ?? '', /^\.killed\.[0-9a-f]+\.part$/)
  assert.deepEqual(others, [])
  await rm(join(folder, left!))
  assert.equal(await writeFinalFile(join(folder, 'killed'), large()), BLOB_MEGABYTES * MEGABYTE)
  await assert.rejects(writeFinalFile(join(folder, 'killed'), large()), { code: 'exists' })
})
