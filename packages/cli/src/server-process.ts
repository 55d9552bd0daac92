import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** As `./start` does, for the memory that bench/memory.ts measures. */
const FLAGS = [
  '--max-semi-space-size=16',
  '--heap-growing-percent=20',
  '--external-memory-accounted-in-global-limit',
]
const MALLOC = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '4194304',
  MALLOC_MMAP_THRESHOLD_: '1048576',
}

const PARENT_LOOK_MS = 500

/** Runs the server's program and stands in front of it until it ends. Returns its exit code. */
export function runServer(
  options: readonly string[],
  config: string | undefined,
  profile: 'production' | 'development' = 'production',
): Promise<number> {
  const program = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
  const given = config === undefined ? options : [...options, '--config', config]
  const child = spawn(process.execPath, [...FLAGS, program, '--profile', profile, ...given], {
    stdio: 'inherit',
    env: { ...MALLOC, ...process.env },
  })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  const stopsWatching = process.env.npm_command === 'exec' ? onParentGone(() => forward('SIGTERM')) : () => {}
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      stopsWatching()
      resolve(code ?? 1)
    })
  })
}

/**
 * npx puts a shell before us that passes no signal on: who ends npx ends that shell, and its end is the one sign of it. Without a
 * look at it the server would go on, with nobody to stop it.
 * @returns how to call it off
 */
function onParentGone(act: () => void): () => void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    act()
  }, PARENT_LOOK_MS)
  return () => clearInterval(timer)
}

/** The server's program for a command that needs no listener. The server of ./start keeps its key in its data folder, as only its profile may. */
export function runOffline(options: readonly string[], config: string | undefined): Promise<number> {
  const { ANSWERBACK_KEY_FOLDER: keyFolder, ANSWERBACK_KEY_PROVIDER: keyProvider } = process.env
  const isLocal = config === undefined && keyFolder === undefined && keyProvider === undefined
  return runServer(options, config, isLocal ? 'development' : 'production')
}
