import type { CallEnd } from '../../../domain/disposition.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { CallObserver, Line, OutboundCall } from '../../../ports/line.ts'
import { type Script, scripted, scriptFor } from './script.ts'

/** Seen in place of a far end's CSI (T.30 §5.3.6.2.4). */
const REMOTE_ID = 'SANDBOX'

/**
 * The line of test mode. It calls nobody: the number called chooses a script, and the script says how the call ends.
 * The order of steps is a real call's, so that journal, events and retries are the real ones.
 */
export function createSandboxLine(clock: Clock): Line {
  return {
    name: 'sandbox',
    modes: ['test'],
    place: (call, observer, signal) => place(clock, call, observer, signal),
  }
}

async function place(
  clock: Clock,
  call: OutboundCall,
  observer: CallObserver,
  signal: AbortSignal,
): Promise<CallEnd> {
  const progress = { dataSent: false }
  try {
    return await play(clock, scriptFor(call.to, call.attemptNumber), call, observer, signal, progress)
  } catch (error) {
    if (!signal.aborted) throw error
    return scripted('canceled', progress.dataSent ? 'some' : 'none')
  }
}

async function play(
  clock: Clock,
  script: Script,
  call: OutboundCall,
  observer: CallObserver,
  signal: AbortSignal,
  progress: { dataSent: boolean },
): Promise<CallEnd> {
  signal.throwIfAborted()
  if (script.kind === 'unanswered') return script.end
  await clock.sleep(script.kind === 'takes_all' ? script.answerMs : 1, signal)
  await observer.connected()
  if (script.kind === 'no_pages') return { ...script.end, remoteId: REMOTE_ID }
  const lastNumber = call.pages.at(-1)?.number
  for (const { number } of call.pages) {
    signal.throwIfAborted()
    const final = number === lastNumber
    await observer.pageSending(number, final)
    progress.dataSent = true
    if (script.kind === 'endless') await hangUp(signal)
    if (script.kind === 'drops' && (number > 1 || final)) return { ...script.end, remoteId: REMOTE_ID }
    await clock.sleep(script.kind === 'takes_all' ? script.pageMs : 1, signal)
    if (script.kind === 'no_closing_mcf' && final) return { ...script.end, remoteId: REMOTE_ID }
    await observer.pageConfirmed(number)
  }
  return { ...scripted('delivered', 'some'), bitRate: 14_400, ecm: true, remoteId: REMOTE_ID }
}

function hangUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
