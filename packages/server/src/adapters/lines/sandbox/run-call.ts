import { setImmediate } from 'node:timers/promises'
import type { DriverAnswer } from '@answerback/protocol/t30/machine'
import type { Question } from '@answerback/simulator/call'
import type { RunningCall } from '@answerback/simulator/dial'
import type { Clock } from '../../../ports/clock.ts'

/** Events between two turns of the event loop: some milliseconds, so that a long fax does not hold up a request. */
const SLICE_STEPS = 64
/** Virtual time between two pauses of a paced call. */
const PACED_SLICE_MS = 200

export interface Conduct {
  readonly clock: Clock
  /** Real milliseconds for one of the call's; 0: as fast as it can. */
  readonly pace: number
  /** What our end's owner says; virtual time stands still meanwhile. */
  readonly answer: (question: Question) => Promise<DriverAnswer>
  /** Aborting hangs up. */
  readonly signal?: AbortSignal
}

/** Runs a simulated call to its end. @throws what `answer` rejects with: a step that was not recorded has not happened */
export async function runCall({ call, line }: RunningCall, conduct: Conduct): Promise<void> {
  const { clock, pace, answer, signal } = conduct
  let hasHungUp = false
  for (;;) {
    if (signal?.aborted && !hasHungUp) {
      hasHungUp = true
      line.thaw()
      call.hangUp('near')
    }
    const isPaced = pace > 0 && !hasHungUp
    const pausedAt = call.run(isPaced ? { untilMs: call.nowMs + PACED_SLICE_MS } : { stepsMax: SLICE_STEPS })
    switch (pausedAt.kind) {
      case 'over':
        return
      case 'frozen':
        await aborted(signal)
        break
      case 'asks': {
        const answered = await answer(pausedAt.question)
        if (!signal?.aborted) call.answer('near', answered)
        break
      }
      case 'slice':
        if (isPaced) await pause(clock, PACED_SLICE_MS * pace, signal)
        else await setImmediate()
    }
  }
}

/** Until the time is over or the signal aborts, whichever is first. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

/** The same text gives the same call (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    else signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}
