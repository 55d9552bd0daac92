import { later } from './later.ts'

/**
 * The part of a process's time an account has while another account is there too. Every request in hand makes all others slower,
 * so what a noisy account may take bounds what a quiet one can feel (`bench/noisy.ts`).
 */
const SHARE = 0.35
/** What it gets of that while requests of its own wait, because it wants more than its share. */
const CROWD_SHARE = 0.06
/** Time an account that was idle may take at once. */
const BURST_MS = 150
/**
 * An account that shares the process has one request in hand at a time. One that has been in hand for longer than this waits for
 * its client or for a lock, takes no more of the process's time, and no longer counts.
 */
const SLOW_MS = 100
/** For so long a request that had to wait anyway gives way to those of other accounts. */
const GIVE_WAY_MS = 25
/** So long after its last request an account still counts as being there. */
const THERE_MS = 2_000
/** Who would wait for longer is refused. */
const WAIT_MAX_MS = 5_000
/** Accounts remembered; beyond that the longest gone are forgotten. */
const ACCOUNTS_MAX = 10_000

/** Call it once, when the request has been answered. */
export type Leave = () => void

export interface FairGate {
  /**
   * Resolves when the request may go on: at once while its account is alone or has taken less than its share, else when its share
   * has grown again. `undefined`: it would wait too long, and is not in.
   */
  enter(account: string): Promise<Leave | undefined>
}

export interface GateTime {
  nowMs(): number
  /** Calls later; returns how to call it off. */
  after(delayMs: number, fn: () => void): () => void
}

interface Waiter {
  readonly sinceMs: number
  /** It came when its account had one in hand, one waiting or nothing left of its share. */
  hadToWait: boolean
  /** Since when its account might have gone on, were it not for others. */
  givesWaySinceMs: number | undefined
  readonly resolve: (leave: Leave | undefined) => void
}

interface Share {
  /** Time it may take now. Below 0: what it took is more than its share, and it waits until that is made up for. */
  leftMs: number
  atMs: number
  readonly waiting: Waiter[]
  cancel: (() => void) | undefined
}

interface InHand {
  readonly account: string
  readonly sinceMs: number
}

/**
 * Keeps an account that sends on many connections from slowing down one that sends on one: while both are there, each takes at
 * most its share of the process's time, one request after the other. An account alone is never held back.
 */
export function createFairGate(time: GateTime = { nowMs: () => performance.now(), after: later }): FairGate {
  const shares = new Map<string, Share>()
  const inHand = new Set<InHand>()
  const crowded = new Set<string>()
  /** The account seen last, and the last one before it that is another. */
  let lastSeen: readonly { readonly account: string; readonly atMs: number }[] = []

  const isAlone = (account: string, nowMs: number): boolean => {
    const seenMs = lastSeen[0]?.account === account ? lastSeen[1]?.atMs : lastSeen[0]?.atMs
    return seenMs === undefined || nowMs - seenMs >= THERE_MS
  }
  const see = (account: string, nowMs: number): Share => {
    const share = shares.get(account) ?? { leftMs: BURST_MS, atMs: nowMs, waiting: [], cancel: undefined }
    shares.delete(account)
    shares.set(account, share)
    lastSeen = [{ account, atMs: nowMs }, ...lastSeen.filter((each) => each.account !== account)].slice(0, 2)
    if (shares.size > ACCOUNTS_MAX) forgetIdle(shares, inHand)
    return share
  }
  const goIn = (account: string, share: Share): Leave => {
    const request = { account, sinceMs: time.nowMs() }
    inHand.add(request)
    return () => {
      const nowMs = time.nowMs()
      inHand.delete(request)
      grow(share, nowMs)
      if (!isAlone(account, nowMs)) share.leftMs -= Math.min(nowMs - request.sinceMs, SLOW_MS)
      for (const waiting of [...crowded]) admit(waiting, shares.get(waiting)!)
    }
  }
  /** Until the request may go in, as far as one can know now; 0: at once. */
  const waitOf = (account: string, share: Share, waiter: Waiter, nowMs: number): number => {
    if (isAlone(account, nowMs)) return 0
    const quick = [...inHand].filter(({ sinceMs }) => nowMs - sinceMs < SLOW_MS)
    const own = quick.find((each) => each.account === account)
    const forShareMs = share.leftMs > 0 ? 0 : Math.max(1, -share.leftMs / CROWD_SHARE)
    const forOwnMs = own === undefined ? 0 : SLOW_MS - (nowMs - own.sinceMs)
    if (forShareMs + forOwnMs > 0) return Math.max(forShareMs, forOwnMs)
    if (!waiter.hadToWait || quick.length === 0) return 0
    waiter.givesWaySinceMs ??= nowMs
    return Math.max(0, GIVE_WAY_MS - (nowMs - waiter.givesWaySinceMs))
  }
  /** Lets in who may go, refuses who waited too long, and comes back when the next one may. */
  const admit = (account: string, share: Share): void => {
    share.cancel?.()
    share.cancel = undefined
    const nowMs = time.nowMs()
    grow(share, nowMs)
    for (let first = share.waiting[0]; first !== undefined; first = share.waiting[0]) {
      const waitMs = waitOf(account, share, first, nowMs)
      const patienceMs = WAIT_MAX_MS - (nowMs - first.sinceMs)
      if (waitMs > 0 && patienceMs > 0) {
        crowded.add(account)
        first.hadToWait = true
        share.cancel = time.after(Math.ceil(Math.min(waitMs, patienceMs)), () => admit(account, share))
        return
      }
      share.waiting.shift()
      first.resolve(waitMs > 0 ? undefined : goIn(account, share))
    }
    crowded.delete(account)
  }

  return {
    enter(account) {
      const nowMs = time.nowMs()
      const share = see(account, nowMs)
      grow(share, nowMs)
      return new Promise((resolve) => {
        const hadToWait = share.waiting.length > 0
        share.waiting.push({ sinceMs: nowMs, hadToWait, givesWaySinceMs: undefined, resolve })
        if (!hadToWait) admit(account, share)
      })
    },
  }
}

function grow(share: Share, nowMs: number): void {
  const part = share.waiting.length > 0 ? CROWD_SHARE : SHARE
  share.leftMs = Math.min(BURST_MS, share.leftMs + Math.max(0, nowMs - share.atMs) * part)
  share.atMs = nowMs
}

function forgetIdle(shares: Map<string, Share>, inHand: ReadonlySet<InHand>): void {
  const busy = new Set([...inHand].map(({ account }) => account))
  for (const [account, { waiting }] of shares) {
    if (busy.has(account) || waiting.length > 0) continue
    shares.delete(account)
    return
  }
}
