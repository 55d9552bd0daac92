import type { ChangeRow } from '../t4/change-row.ts'
import { CodingError } from '../t4/coding-error.ts'
import type { RowDecoder } from '../t4/row-coding.ts'
import { T6Encoder } from '../t4/t6-encoder.ts'
import { type CodingScheme, createRowDecoder } from '../t4/transcode.ts'
import { type LineResolution, widthPels } from './geometry.ts'
import type { Settings } from './settings.ts'

/** A page as it came over the line, with what is known of its damage. */
export interface ReceivedPage {
  /** 1-based, within the call. */
  readonly number: number
  readonly width: number
  /** Rows that could be read, concealed ones included. */
  readonly rows: number
  readonly resolution: LineResolution
  readonly scheme: CodingScheme
  /** As received, without ECM's framing. */
  readonly octets: Uint8Array
  /** The rows in T.6, a bad row as the one above it, closed by EOFB. */
  readonly t6: Uint8Array
  readonly damage: PageDamage
}

export interface PageDamage {
  /** Rows that could not be read. */
  readonly badRows: number
  readonly longestBadRun: number
  /** Packets of image that the network lost for good; always 0 with ECM. */
  readonly gaps: number
  /** The page stops early: unreadable T.6, frames that ECM could not get, or more rows than any page has. */
  readonly isTruncated: boolean
}

/** More than two metres at 400 lines to the inch: a page of 'unlimited' length still ends. */
const ROWS_MAX = 32_768

export interface RawPage {
  readonly number: number
  readonly octets: Uint8Array
  readonly gaps: number
  /** ECM frames that never came; what follows them is dropped. */
  readonly isIncomplete: boolean
}

/** Reads a page once it is whole. Never throws: what cannot be read is damage. */
export function readReceivedPage(raw: RawPage, settings: Settings): ReceivedPage {
  const width = widthPels(settings.width, settings.resolution)
  const decoder = createRowDecoder(settings.scheme, { width, rowsMax: ROWS_MAX })
  decoder.push(raw.octets)
  decoder.endInput()
  const read = recode(decoder, new T6Encoder(width))
  return {
    number: raw.number,
    width,
    rows: read.rows,
    resolution: settings.resolution,
    scheme: settings.scheme,
    octets: raw.octets,
    t6: read.t6,
    damage: {
      badRows: read.badRows,
      longestBadRun: read.longestBadRun,
      gaps: raw.gaps,
      isTruncated: read.isCut || raw.isIncomplete,
    },
  }
}

interface Recoded {
  readonly t6: Uint8Array
  readonly rows: number
  readonly badRows: number
  readonly longestBadRun: number
  readonly isCut: boolean
}

function recode(decoder: RowDecoder, encoder: T6Encoder): Recoded {
  const count = { rows: 0, badRows: 0, run: 0, longestBadRun: 0 }
  for (;;) {
    const pulled = pull(decoder)
    if (pulled === 'cut' || typeof pulled === 'string') {
      const { rows, badRows, longestBadRun } = count
      return { t6: encoder.finish(), rows, badRows, longestBadRun, isCut: pulled === 'cut' }
    }
    encoder.pushRow(pulled)
    count.rows++
    if (decoder.rowFault === undefined) {
      count.run = 0
    } else {
      count.badRows++
      count.longestBadRun = Math.max(count.longestBadRun, ++count.run)
    }
  }
}

function pull(decoder: RowDecoder): ChangeRow | 'ended' | 'starved' | 'cut' {
  try {
    return decoder.pull()
  } catch (error) {
    if (error instanceof CodingError) return 'cut'
    throw error
  }
}

/** Whether any of the page may be missing or wrong. */
export function isDamaged({ damage }: ReceivedPage): boolean {
  return damage.badRows > 0 || damage.gaps > 0 || damage.isTruncated
}
