import type { Services } from '../services.ts'
import { LogReading } from './log-reading.ts'
import { standsAsRead, startOfLook } from './prove-audit.ts'

/** Between the beginnings of two readings of the whole. */
const INTERVAL_MS = 3_600_000
/** How long nothing is looked for when nothing was to be read. */
const IDLE_MS = 5_000
/** Rests after each run, in times of what the run took: a tenth of one processor at most, and a quarter of one while somebody waits. */
const RESTS = 9
const RESTS_ASKED = 3
/** A clock that is set while a run is read must not stop the reading. */
const RUN_MS_MAX = 1_000
/** A caller of the API waits no longer; the reading goes on, and who asks again joins it. */
const WAIT_MS = 45_000
/** Who asks again so soon after the end of a reading has it, and has not come too late for it. */
const JUST_NOW_MS = 10_000

/**
 * Reads the audit log over and over until `signal` aborts, so that an entry of long ago that was changed is found, and a look at it costs the
 * newest entries alone. Each process reads for itself: it believes nobody's word.
 */
export async function readAuditLog(services: Services, signal: AbortSignal): Promise<void> {
  const { auditMemory, clock, log } = services
  for (let restMs = IDLE_MS; ; ) {
    // While somebody waits nobody needs to wake it.
    const waking = auditMemory.isAsked ? signal : AbortSignal.any([signal, auditMemory.woken])
    await clock.sleep(restMs, waking).catch(() => undefined)
    if (signal.aborted) return
    const from = clock.now()
    const hasRead = await readOnce(services).catch((error: unknown) => {
      log.error('audit_log.not_read', { error })
      return false
    })
    const tookMs = Math.min(Math.max(clock.now() - from, 1), RUN_MS_MAX)
    restMs = hasRead ? tookMs * (auditMemory.isAsked ? RESTS_ASKED : RESTS) : IDLE_MS
  }
}

/**
 * Has the whole log read anew, where a look does not read it anyway, and waits for it as long as a caller may.
 * @returns whether it was
 */
export async function awaitWholeReading({ store, clock, auditMemory }: Services): Promise<boolean> {
  const { size } = await store.asSystem((tx) => tx.auditLog.readAuditTree())
  const { endedAt } = auditMemory
  const isJustRead = endedAt && Math.abs(clock.now() - endedAt.getTime()) < JUST_NOW_MS
  if (startOfLook(size) === 0 || isJustRead) return true
  const over = new AbortController()
  const limit = clock.sleep(WAIT_MS, over.signal).catch(() => undefined)
  const isRead = await Promise.race([auditMemory.askForWhole().then(() => true), limit])
  over.abort()
  return isRead === true
}

/** One run of what is due: first of what has come since the last reading, then of the next reading. @returns whether anything was */
async function readOnce(services: Services): Promise<boolean> {
  const { auditMemory: memory, store, clock } = services
  const { size } = await store.asSystem((tx) => tx.auditLog.readAuditTree())
  const hasGrown = memory.whole?.isBehind(size) === true
  if (memory.whole && hasGrown) await readOn(services, memory.whole, size)
  if (!memory.running && isDue(services)) memory.running = new LogReading(new Date(clock.now()))
  const reading = memory.running
  if (!reading) return hasGrown
  if (reading.isBehind(size)) {
    await readOn(services, reading, size)
    return true
  }
  if (!(await standsAsRead(services, reading))) services.log.error('audit_log.altered', {})
  // Somebody may have asked for another one meanwhile.
  if (memory.running === reading) memory.finish(reading, new Date(clock.now()))
  return true
}

function isDue({ auditMemory, clock }: Services): boolean {
  const last = auditMemory.whole?.beganAt.getTime()
  // A clock that was set back makes the last one seem to be of the future; it is not waited for.
  return auditMemory.isAsked || last === undefined || Math.abs(clock.now() - last) >= INTERVAL_MS
}

async function readOn(services: Services, reading: LogReading, size: number): Promise<void> {
  const wasAltered = reading.isAltered
  await reading.readOn(services, size)
  if (reading.isAltered && !wasAltered) services.log.error('audit_log.altered', {})
}
