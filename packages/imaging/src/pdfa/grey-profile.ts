/** Gamma of a screen, in 1/256: what grey means to a reader that shows the page. A page of one bit is only black and white. */
const GAMMA_2_2 = 0x0233
const HEADER_BYTES = 128
const TAG_ENTRY_BYTES = 12
/** D50, the white of the profile connection space (ICC.1:2001-04 §6.1.4), as s15Fixed16. */
const D50 = [0xf6d6, 0x10000, 0xd32d] as const

/** An ICC profile of one grey channel, version 2.1 as PDF 1.4 and PDF/A-1 want it (ICC.1:2001-04). */
export function greyProfile(): Uint8Array {
  const tags: readonly (readonly [signature: string, data: Buffer])[] = [
    ['desc', description('Grey, gamma 2.2')],
    ['cprt', text('No copyright, use freely')],
    ['wtpt', Buffer.concat([ascii('XYZ '), uint32(0), ...D50.map(uint32)])],
    ['kTRC', Buffer.concat([ascii('curv'), uint32(0), uint32(1), uint16(GAMMA_2_2)])],
  ]
  const table: Buffer[] = [uint32(tags.length)]
  const data: Buffer[] = []
  let offset = HEADER_BYTES + 4 + tags.length * TAG_ENTRY_BYTES
  for (const [signature, bytes] of tags) {
    const padded = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])
    table.push(ascii(signature), uint32(offset), uint32(bytes.length))
    data.push(padded)
    offset += padded.length
  }
  return Buffer.concat([header(offset), ...table, ...data])
}

/** ICC.1:2001-04 §6.1: a display profile, 1 January 2026, perceptual, no maker named. */
function header(size: number): Buffer {
  const fields = Buffer.alloc(HEADER_BYTES)
  fields.writeUInt32BE(size, 0)
  fields.writeUInt32BE(0x02100000, 8)
  fields.write('mntrGRAYXYZ ', 12, 'latin1')
  for (const [index, value] of [2026, 1, 1, 0, 0, 0].entries()) fields.writeUInt16BE(value, 24 + 2 * index)
  fields.write('acsp', 36, 'latin1')
  for (const [index, value] of D50.entries()) fields.writeUInt32BE(value, 68 + 4 * index)
  return fields
}

/** textDescriptionType (§6.5.17): ASCII, no Unicode, and the 67 bytes of a Macintosh string left empty. */
function description(words: string): Buffer {
  const terminated = ascii(`${words}\0`)
  return Buffer.concat([ascii('desc'), uint32(0), uint32(terminated.length), terminated, Buffer.alloc(78)])
}

function text(words: string): Buffer {
  return Buffer.concat([ascii('text'), uint32(0), ascii(`${words}\0`)])
}

function ascii(characters: string): Buffer {
  return Buffer.from(characters, 'latin1')
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}
