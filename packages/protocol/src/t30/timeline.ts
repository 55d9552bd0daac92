/** One thing that happened in a call, for the evidence of an attempt. Never holds image octets or secrets. */
export interface TimelineEntry {
  /** Milliseconds since the call began. */
  readonly atMs: number
  readonly direction: 'sent' | 'received' | 'local'
  /** A frame (`DIS`, `PPS-EOP`), a signal (`TCF`, `image`, `CED`), a timer (`T4`) or a step of the call (`INVITE`, `200`). */
  readonly what: string
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}
