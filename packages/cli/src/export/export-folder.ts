import { createHash } from 'node:crypto'
import { mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UnreadableFile } from '../failures.ts'

/** The files of an export, each written once, with their SHA-256 for `SHA256SUMS`. */
export class ExportFolder {
  readonly #root: string
  readonly #sums: string[] = []
  #bytes = 0

  private constructor(root: string) {
    this.#root = root
  }

  /** @throws UnreadableFile when the folder holds anything: two exports must not become one */
  static async create(root: string): Promise<ExportFolder> {
    await mkdir(root, { recursive: true, mode: 0o700 })
    if ((await readdir(root)).length > 0) {
      throw new UnreadableFile(`The folder ${root} is not empty: name one that is not there yet.`)
    }
    return new ExportFolder(root)
  }

  get files(): number {
    return this.#sums.length
  }

  get bytes(): number {
    return this.#bytes
  }

  json(path: string, value: unknown): Promise<void> {
    return this.write(path, [Buffer.from(`${JSON.stringify(value, null, 2)}\n`)])
  }

  async write(path: string, source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    const target = join(this.#root, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    const handle = await open(target, 'wx', 0o600)
    const digest = createHash('sha256')
    try {
      for await (const chunk of source) {
        digest.update(chunk)
        this.#bytes += chunk.length
        await handle.writeFile(chunk)
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
    this.#sums.push(`${digest.digest('hex')}  ${path}\n`)
  }

  /** Written last: a folder without it is an export that was broken off. `sha256sum --check SHA256SUMS` verifies the rest. */
  async finish(): Promise<void> {
    const lines = [...this.#sums]
    await this.write('SHA256SUMS', [Buffer.from(lines.join(''))])
  }
}
