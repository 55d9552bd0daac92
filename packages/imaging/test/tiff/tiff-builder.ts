/** Builds TIFFs field by field, sound or not, in either byte order. */
export interface TiffRecipe {
  readonly isBigEndian?: boolean
  readonly pages: readonly PageRecipe[]
  /** Instead of 0: where the last directory points. */
  readonly lastLink?: number
}

export interface PageRecipe {
  /** Tag → SHORT or LONG values; StripOffsets is filled in when it is not given. */
  readonly fields: Readonly<Record<number, number | readonly number[]>>
  readonly strips: readonly Uint8Array[]
}

const TYPE_LONG = 4
const STRIP_OFFSETS = 273
const STRIP_BYTE_COUNTS = 279

/** Every value is a LONG, which readers accept wherever SHORT stands in the specification. */
export function buildTiff(recipe: TiffRecipe): Uint8Array {
  const isLittle = recipe.isBigEndian !== true
  const file: number[] = isLittle ? [0x49, 0x49, 42, 0] : [0x4d, 0x4d, 0, 42]
  const put = (value: number, bytes: number, at = file.length): void => {
    for (let i = 0; i < bytes; i++) {
      const shift = isLittle ? i : bytes - 1 - i
      file[at + i] = Math.floor(value / 256 ** shift) & 0xff
    }
  }
  put(0, 4)
  let linkAt = 4
  for (const page of recipe.pages) {
    const offsets = page.strips.map((strip) => {
      const offset = file.length
      file.push(...strip)
      return offset
    })
    const lengths = page.strips.map((strip) => strip.length)
    const fields = { [STRIP_OFFSETS]: offsets, [STRIP_BYTE_COUNTS]: lengths, ...page.fields }
    const entries = Object.entries(fields).map(([tag, values]) => {
      const list = typeof values === 'number' ? [values] : values
      const valuesAt = file.length
      if (list.length > 1) for (const value of list) put(value, 4)
      return { tag: Number(tag), count: list.length, value: list.length > 1 ? valuesAt : (list[0] ?? 0) }
    })
    put(file.length, 4, linkAt)
    put(entries.length, 2)
    for (const entry of entries) {
      put(entry.tag, 2)
      put(TYPE_LONG, 2)
      put(entry.count, 4)
      put(entry.value, 4)
    }
    linkAt = file.length
    put(recipe.lastLink ?? 0, 4)
  }
  return Uint8Array.from(file)
}
