/**
 * A conformance case: one user agent, a scripted peer at the other end of a perfect wire, and everything the agent says and
 * tells accounted for in order. The runner is packages/protocol/test/sip/conformance.test.ts.
 */
export interface SipCase {
  readonly id: string
  /** A fact about the world. */
  readonly sentence: string
  readonly steps: readonly Step[]
}

/** Descriptions by name, see `descriptions.ts`; or the lines of one. */
export type Sdp = string | readonly string[]

export type Step =
  /** The owner of the agent acts. */
  | {
      readonly owner: 'places' | 'rings' | 'hangs up' | 'refuses offer' | 'rejects'
      readonly status?: number
    }
  | { readonly owner: 'accepts' | 'accepts offer' | 'offers T.38'; readonly media?: 'audio' | 't38' }
  /** The peer sends a request: a new one, or the last one of that method once more, octet for octet. */
  | {
      readonly peer: string
      readonly sdp?: Sdp
      readonly headers?: readonly string[]
      readonly again?: boolean
      /** Instead of the next number. */
      readonly cseq?: number
      /** Outside any dialog of the case. */
      readonly stray?: boolean
    }
  /** The peer answers the last request of that method. `tag` makes it another phone of a forked call. */
  | {
      readonly answers: string
      readonly status: number
      readonly sdp?: Sdp
      readonly headers?: readonly string[]
      readonly tag?: string
    }
  /** The agent's next message, e.g. `INVITE` or `200 BYE`, so many times in a row. */
  | {
      readonly says: string
      readonly times?: number
      /** It may take so long; without this it must have been said already. */
      readonly withinMs?: number
      readonly with?: readonly string[]
      readonly without?: readonly string[]
      /** The description is, word for word, the one the agent sent last before this. */
      readonly sameSdp?: boolean
    }
  /** The agent's next event, with at least these properties; a path reaches into it, e.g. `media.port`. */
  | { readonly tells: string; readonly where?: Readonly<Record<string, unknown>> }
  | { readonly waitMs: number }

/** How the attributes of one media line are read. */
export interface SdpCase {
  readonly id: string
  readonly sentence: string
  readonly sdp: Sdp
  /** Undefined: no T.38 we speak is on offer. */
  readonly t38: Readonly<Record<string, unknown>> | undefined
  readonly preferred?: 'audio' | 't38'
}
