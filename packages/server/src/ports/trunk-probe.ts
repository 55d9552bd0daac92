import type { OpenTrunk } from './line.ts'

/** Tries a trunk out without calling anybody. */
export interface TrunkProbe {
  /** Never rejects for what the network does: that is a check that is not ok. */
  probe(trunk: OpenTrunk, signal: AbortSignal): Promise<readonly TrunkCheck[]>
  /** What was last heard of a trunk, without asking. */
  standing(trunkId: string): TrunkStanding
}

/** `null`: nothing was heard of it yet. */
export interface TrunkStanding {
  readonly isRegistered: boolean | null
  /** It answers OPTIONS. */
  readonly answers: boolean | null
  /** When the last of this was heard. */
  readonly heardAt: Date | null
}

export interface TrunkCheck {
  readonly name: 'settings' | 'dns' | 'connect' | 'tls' | 'options' | 'register' | 'media'
  readonly outcome: 'ok' | 'failed' | 'skipped'
  /** What was found, for a person. Names no secret. */
  readonly sentence: string
  /** What to do about it; `null` unless it failed. */
  readonly fix: string | null
  readonly durationMs: number | null
}
