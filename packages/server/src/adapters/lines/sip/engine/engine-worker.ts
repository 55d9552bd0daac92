import { parentPort, workerData } from 'node:worker_threads'
import { Engine } from './engine.ts'
import type { EngineCommand, EngineEvent, EngineSettings } from './engine-messages.ts'

/** The thread of a fax engine. What goes wrong in it ends the thread: its host sees to the calls and starts another. */
const port = parentPort!
const engine = await Engine.open(workerData as EngineSettings, (event: EngineEvent) => {
  port.postMessage(event)
  if (event.kind === 'closed') port.close()
})
port.on('message', (command: EngineCommand) => engine.take(command))
