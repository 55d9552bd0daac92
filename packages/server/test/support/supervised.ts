import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import pg from 'pg'

/** What a supervised PostgreSQL said of itself, or the sentence with which it was refused. */
export type Report =
  | { readonly host: string; readonly launcher: string; readonly pid: number }
  | { readonly code: string; readonly sentence: string }

/** A process of its own that starts PostgreSQL on a folder and keeps it until told otherwise. */
export interface Supervisor {
  readonly report: Report
  readonly process: ChildProcess
  /** Sends a signal and waits for the end. @returns exit code, or the signal's name */
  end(signal: NodeJS.Signals): Promise<number | string>
}

const PROGRAM = (module: string, folder: string) => `
  import { startCluster } from ${JSON.stringify(module)}
  const say = (report) => process.stdout.write(JSON.stringify(report) + '\\n')
  try {
    const cluster = await startCluster({ folder: ${JSON.stringify(folder)} })
    process.once('SIGTERM', async () => {
      await cluster.close()
      process.exit(0)
    })
    setInterval(() => undefined, 1_000)
    say({ host: cluster.host, launcher: cluster.launcher, pid: cluster.pid })
  } catch (error) {
    say({ code: error.code, sentence: error.message })
  }
`

const running = new Set<Supervisor>()

/** Ends what a failed test left running. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map((supervisor) => supervisor.end('SIGTERM')))
}

/**
 * @param options.module default: the supervisor of this tree; another path when it lies in a copy
 * @param options.prefix words before the command, to run it as somebody else
 */
export async function supervise(
  folder: string,
  options: { module?: string; prefix?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Supervisor> {
  const module = options.module ?? import.meta.resolve('../../src/adapters/database/embedded/cluster.ts')
  const [command = process.execPath, ...args] = [
    ...(options.prefix ?? []),
    process.execPath,
    '--input-type=module-typescript',
    '-e',
    PROGRAM(module, folder),
  ]
  const child = spawn(command, args, {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...options.env },
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const [line] = await Promise.race([
    once(lines, 'line'),
    ended.then(() => {
      throw new Error('the supervisor ended without a report')
    }),
  ])
  const supervisor: Supervisor = {
    report: JSON.parse(line),
    process: child,
    end: async (signal) => {
      child.kill(signal)
      const [code, name] = await ended
      running.delete(supervisor)
      return code ?? name
    },
  }
  running.add(supervisor)
  return supervisor
}

/** One query over a supervisor's socket. */
export async function ask(report: Report, sql: string): Promise<Record<string, unknown>[]> {
  if (!('host' in report)) throw new Error(report.sentence)
  const client = new pg.Client({ host: report.host, user: 'answerback', database: 'postgres' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query(sql)
    return rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Waits until no process has this id; one that ended and waits to be reaped does not count. */
export async function gone(pid: number, limitMs = 15_000): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += 20) {
    if (!alive(pid)) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

function alive(pid: number): boolean {
  try {
    const [, state] = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return state !== 'Z'
  } catch {
    return false
  }
}
