import { createHash } from 'node:crypto'
import type { DigestHashes } from '@answerback/protocol/sip/auth/digest'

export const HASHES: DigestHashes = {
  md5: (bytes) => createHash('md5').update(bytes).digest('hex'),
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
}
