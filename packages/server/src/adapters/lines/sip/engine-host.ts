import { Worker } from 'node:worker_threads'
import type { EngineCommand, EngineEvent, EngineSettings } from './engine/engine-messages.ts'

/** A running engine, seen from the server's own thread. */
export interface EngineHost {
  send(command: EngineCommand): void
  /** Ends the engine; calls still up are cut off. */
  close(): Promise<void>
}

export interface EngineHostEvents {
  event(event: EngineEvent): void
  /** The engine's thread has died and its calls with it. `send` does nothing from now on. */
  died(error: Error): void
}

const OPEN_LIMIT_MS = 10_000
const CLOSE_LIMIT_MS = 2_000

/** Starts a thread with an engine. @throws when its sockets cannot be opened */
export async function startEngine(settings: EngineSettings, events: EngineHostEvents): Promise<EngineHost> {
  const worker = new Worker(new URL('./engine/engine-worker.ts', import.meta.url), {
    workerData: settings,
    name: 'answerback-fax-engine',
    // The heap of a few hundred calls; what goes beyond is a leak, and ends this thread instead of the server.
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  })
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const opened = Promise.withResolvers<void>()
  let state: 'opening' | 'open' | 'closing' | 'dead' = 'opening'
  const onDeath = (error: Error) => {
    const before = state
    state = 'dead'
    if (before === 'opening') opened.reject(error)
    else if (before === 'open') events.died(error)
  }
  worker.on('error', (error) => onDeath(error as Error))
  worker.on('exit', () => onDeath(new Error('The fax engine has ended.')))
  worker.on('message', (event: EngineEvent) => {
    if (event.kind === 'opened' && state === 'opening') {
      state = 'open'
      opened.resolve()
    }
    events.event(event)
  })
  const timer = setTimeout(() => onDeath(new Error('The fax engine did not open in time.')), OPEN_LIMIT_MS)
  try {
    await opened.promise
  } catch (error) {
    await worker.terminate()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return {
    send: (command) => {
      if (state === 'open') worker.postMessage(command)
    },
    async close() {
      if (state === 'open') worker.postMessage({ kind: 'close' } satisfies EngineCommand)
      if (state === 'open') state = 'closing'
      const late = setTimeout(() => void worker.terminate(), CLOSE_LIMIT_MS)
      await exited
      clearTimeout(late)
    },
  }
}
