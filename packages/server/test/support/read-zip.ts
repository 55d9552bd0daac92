import { crc32 } from 'node:zlib'

/** Reads a zip of stored entries by its central directory, and checks it against the local headers. */
export function readZip(file: Buffer): { name: string; bytes: Buffer }[] {
  const end = file.length - 22
  if (file.readUInt32LE(end) !== 0x06054b50) throw new Error('no end of central directory')
  const entries = []
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (file.readUInt32LE(at) !== 0x02014b50) throw new Error('no entry of the directory')
    const [size, nameLength] = [file.readUInt32LE(at + 24), file.readUInt16LE(at + 28)]
    const name = file.toString('ascii', at + 46, at + 46 + nameLength)
    const local = file.readUInt32LE(at + 42)
    // Version, flags, method, time, sums and sizes stand in both.
    const same = file.subarray(at + 6, at + 32).equals(file.subarray(local + 4, local + 30))
    if (file.readUInt32LE(local) !== 0x04034b50 || !same) throw new Error('the headers differ')
    const start = local + 30 + nameLength
    const bytes = file.subarray(start, start + size)
    if (crc32(bytes) !== file.readUInt32LE(at + 16)) throw new Error('the check sum differs')
    entries.push({ name, bytes })
    at += 46 + nameLength
  }
  if (at !== end) throw new Error('the directory has another length')
  return entries
}
