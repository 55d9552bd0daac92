import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PendingDestructions } from '../../ports/certificate-list.ts'
import { lineOf, openCertificateList } from './certificate-list.ts'

/** A list that is there while something of it is to be done, and is replaced as a whole. */
export function openPendingDestructions(path: string): PendingDestructions {
  return {
    async open() {
      const found = await stat(path).catch(() => undefined)
      return found && openCertificateList(path)
    },
    async replace(certificates) {
      const part = `${path}.part`
      const handle = await open(part, 'w', 0o600)
      try {
        for await (const each of certificates) await handle.appendFile(lineOf(each))
        await handle.sync()
        await handle.close()
      } catch (error) {
        await handle.close().catch(() => undefined)
        await rm(part, { force: true })
        throw error
      }
      await rename(part, path)
      await flush(path)
    },
    async remove() {
      await rm(path, { force: true })
      await flush(path)
    },
  }
}

async function flush(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}
