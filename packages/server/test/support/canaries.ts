import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Texts that stand nowhere else, so that finding one tells that it leaked. */
export class Canaries {
  readonly all: string[] = []

  /** One word, letters and digits. */
  word(): string {
    return this.#keep(`zebra${randomBytes(8).toString('hex')}`)
  }

  /** A reserved number of the sandbox that answers at once. @returns E.164; its last ten digits are looked for */
  sandboxNumber(): string {
    return this.#number(() => `${200 + (randomBytes(2).readUInt16BE() % 700)}5550100`)
  }

  callerNumber(): string {
    return this.#number(() => `${200 + (randomBytes(2).readUInt16BE() % 700)}555${randomDigits(4)}`)
  }

  #number(draw: () => string): string {
    let digits = draw()
    while (this.all.includes(digits)) digits = draw()
    return `+1${this.#keep(digits)}`
  }

  #keep(text: string): string {
    this.all.push(text)
    return text
  }
}

function randomDigits(count: number): string {
  return String(randomBytes(4).readUInt32BE() % 10 ** count).padStart(count, '0')
}

export interface Hit {
  readonly what: string
  readonly where: string
}

interface Needle {
  readonly form: Buffer
  readonly what: string
}

/** What of it stands in a file of the folder, at any depth. Texts are looked for as UTF-8, UTF-16, hex and base64. */
export async function scanFolder(folder: string, what: readonly (string | Buffer)[]): Promise<Hit[]> {
  const needles = what.flatMap((each) => formsOf(each).map((form) => ({ form, what: nameOf(each) })))
  const byStart = new Map<number, Needle[]>()
  // Which first two bytes any of them has: nearly every place of a file is passed over by it.
  const starts = new Uint8Array(65_536)
  for (const needle of needles) {
    const start = needle.form.readUInt16LE(0)
    starts[start] = 1
    byStart.set(start, [...(byStart.get(start) ?? []), needle])
  }
  const hits: Hit[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    for (const { what } of found(await readFile(path), starts, byStart)) {
      hits.push({ what, where: path.slice(folder.length + 1) })
    }
  }
  return hits
}

function found(content: Buffer, starts: Uint8Array, byStart: ReadonlyMap<number, Needle[]>): Set<Needle> {
  const hits = new Set<Needle>()
  let start = (content[0] ?? 0) << 8
  for (let at = 0; at + 1 < content.length; at += 1) {
    start = (start >>> 8) | (content[at + 1]! << 8)
    if (starts[start] === 0) continue
    for (const needle of byStart.get(start) ?? []) {
      if (content.subarray(at, at + needle.form.length).equals(needle.form)) {
        hits.add(needle)
      }
    }
  }
  return hits
}

function nameOf(each: string | Buffer): string {
  return typeof each === 'string' ? each : each.toString('hex').slice(0, 16)
}

function formsOf(each: string | Buffer): Buffer[] {
  if (typeof each !== 'string') return [each]
  const text = Buffer.from(each)
  // Base64 of a text within others begins at one of three places.
  const base64 = [0, 1, 2].map((at) => {
    const shifted = Buffer.concat([Buffer.alloc(at), text]).toString('base64')
    return Buffer.from(shifted.slice(at === 0 ? 0 : 4, shifted.length - 4))
  })
  return [text, Buffer.from(each, 'utf16le'), Buffer.from(text.toString('hex')), ...base64]
}
