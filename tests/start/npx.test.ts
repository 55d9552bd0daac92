import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/killable-server.ts'

const ROOT = join(import.meta.dirname, '../..')
const START_MAX_MS = 60_000
const STOP_MAX_MS = 30_000

const folder = await mkdtemp(join(tmpdir(), 'answerback-npx-'))
after(() => rm(folder, { recursive: true, force: true }))
const port = await freePort()
const { DATABASE_URL: _, ...inherited } = process.env
const env = {
  ...inherited,
  ANSWERBACK_HOST: '127.0.0.1',
  ANSWERBACK_PORT: String(port),
  ANSWERBACK_PUBLIC_URL: `http://127.0.0.1:${port}`,
  ANSWERBACK_DATA: join(folder, 'data'),
  ANSWERBACK_KEY_FOLDER: join(folder, 'keys'),
}

test('who ends npx ends the server behind it', async () => {
  execFileSync('npx', ['answerback', 'setup', '--name', 'Zebra Clinic'], { cwd: ROOT, env })
  const serving = spawn('npx', ['answerback', 'serve'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  serving.stdout.setEncoding('utf8')
  const started = Date.now()
  while (!(await isListening())) {
    assert.ok(Date.now() - started < START_MAX_MS, 'it never listened')
    await sleep(100)
  }
  // Its output ends when the last process behind it has.
  const ended = once(serving.stdout.resume(), 'close')
  serving.kill('SIGTERM')
  const outcome = await Promise.race([
    ended.then(() => 'ended'),
    sleep(STOP_MAX_MS, 'goes on', { ref: false }),
  ])
  assert.equal(outcome, 'ended')
  assert.equal(await isListening(), false)
})

function isListening(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
