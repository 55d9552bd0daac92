import type { LineResolution } from './geometry.ts'

/** A page to be sent, coded once; see `codePage` for what the line makes of it. */
export interface LinePage {
  /** 1-based, of the whole fax: what the driver is told. */
  readonly number: number
  readonly width: number
  readonly rows: number
  readonly resolution: LineResolution
  /** T.6 rows, most significant bit first, closed by EOFB. */
  readonly t6: Uint8Array
}
