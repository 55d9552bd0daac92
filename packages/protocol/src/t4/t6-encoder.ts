import { BitWriter } from './bit-writer.ts'
import { type ChangeRow, copyChanges, createChangeRow } from './change-row.ts'
import { encodeRow2d } from './encode-2d.ts'

/** EOL: eleven zeros and a one (T.4 §4.1.2). Two of them are EOFB (T.6 §2.4.1.1). */
export const EOL_CODE = 1
export const EOL_LENGTH = 12

/** Codes rows as they are pushed, MMR (T.6). Bytes may be taken at any time. */
export class T6Encoder {
  readonly #writer: BitWriter
  readonly #reference: ChangeRow

  constructor(width: number) {
    this.#writer = new BitWriter()
    this.#reference = createChangeRow(width)
  }

  /** The row is copied; the caller may reuse it. */
  pushRow(row: ChangeRow): void {
    encodeRow2d(this.#writer, row, this.#reference)
    copyChanges(row, this.#reference)
  }

  /** The whole bytes coded since the last call. */
  takeBytes(): Uint8Array {
    return this.#writer.takeBytes()
  }

  /** Appends EOFB and pad bits, and returns what was not taken yet. */
  finish(): Uint8Array {
    putEofb(this.#writer)
    return this.#writer.takeBytes()
  }
}

/** EOFB and zeros up to a byte. */
export function putEofb(writer: BitWriter): void {
  writer.put(EOL_CODE, EOL_LENGTH)
  writer.put(EOL_CODE, EOL_LENGTH)
  writer.alignTo()
}
