import { BitWriter } from './bit-writer.ts'
import { type ChangeRow, copyChanges, createChangeRow } from './change-row.ts'
import { encodeRow2d } from './encode-2d.ts'
import { putEofb } from './end-codes.ts'
import type { RowEncoder } from './row-coding.ts'

/** Codes a page as MMR (T.6). */
export class T6Encoder implements RowEncoder {
  readonly #writer = new BitWriter()
  readonly #reference: ChangeRow

  constructor(width: number) {
    this.#reference = createChangeRow(width)
  }

  pushRow(row: ChangeRow): void {
    encodeRow2d(this.#writer, row, this.#reference)
    copyChanges(row, this.#reference)
  }

  takeBytes(): Uint8Array {
    return this.#writer.takeBytes()
  }

  finish(): Uint8Array {
    putEofb(this.#writer)
    return this.#writer.takeBytes()
  }
}
