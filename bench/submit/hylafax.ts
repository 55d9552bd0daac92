import { execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const PORT = 14_559

export interface HylaFax {
  readonly port: number
  close(): Promise<void>
}

/** HylaFAX of the distribution on a spool of its own, queue and server running, no modem. Needs root (it runs as uucp). */
export async function startHylaFax(): Promise<HylaFax> {
  const folder = await mkdtemp(join(tmpdir(), 'answerback-bench-hylafax-'))
  const spool = join(folder, 'spool')
  await cp('/var/spool/hylafax', spool, { recursive: true, filter: (path) => !path.endsWith('/FIFO') })
  await cp('/etc/hylafax', join(spool, 'etc'), { recursive: true })
  await run('chmod', ['755', folder])
  await run('chown', ['-R', 'uucp:uucp', spool])
  const children = [
    spawn('faxq', ['-q', spool, '-D']),
    spawn('hfaxd', ['-d', '-q', spool, '-i', String(PORT)]),
  ]
  await waitForPort(PORT)
  return {
    port: PORT,
    async close() {
      for (const child of children) child.kill('SIGTERM')
      await Promise.all(
        children.map((child) => child.exitCode ?? new Promise((done) => child.once('exit', done))),
      )
      // faxq's children may still be writing their last lines.
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

export async function hasHylaFax(): Promise<boolean> {
  try {
    await run('which', ['faxq', 'hfaxd', 'sendfax'])
    return process.getuid?.() === 0
  } catch {
    return false
  }
}

const ATTEMPTS = 3

/**
 * Submits one job. On a busy machine hfaxd now and then forgets the number it was given and refuses the job (504); asking again is
 * part of its time.
 */
export async function sendfax(server: HylaFax, file: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run('sendfax', ['-h', `127.0.0.1:${server.port}`, '-n', '-d', '12025550100', file])
      return
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
    }
  }
}

async function waitForPort(port: number): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (open) return
    await sleep(100)
  }
  throw new Error('hfaxd did not start')
}
