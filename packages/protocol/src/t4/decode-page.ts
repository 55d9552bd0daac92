import type { Bitmap } from './bitmap.ts'
import { BitmapBuilder } from './bitmap-builder.ts'
import type { RowDecoder, RowDecoderOptions } from './row-coding.ts'

/** Runs a fresh decoder over a whole page. A row that T.4 would conceal is an error here. */
export function decodePage(decoder: RowDecoder, data: Uint8Array, options: RowDecoderOptions): Bitmap {
  decoder.push(data)
  decoder.endInput()
  const page = new BitmapBuilder(options.width, options.rowsMax)
  for (;;) {
    const pulled = decoder.pull()
    // Input has ended, so the decoder cannot starve.
    if (typeof pulled === 'string') return page.build()
    if (decoder.rowFault !== undefined) throw decoder.rowFault
    page.append(pulled)
  }
}
