import type { WebhookBody } from '../../application/webhooks/webhook-format.ts'

export interface FormFilePart {
  readonly name: string
  readonly fileName: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/**
 * A `multipart/form-data` body (RFC 7578).
 * @param unique identifier nobody could know when the contents were made: the boundary is made of it, so it stands in none of them
 */
export function formBody(
  unique: string,
  fields: readonly (readonly [name: string, value: string | number | boolean])[],
  file?: FormFilePart,
): WebhookBody {
  const boundary = `answerback-${unique}`
  const pieces = fields.map(([name, value]) => Buffer.from(`${head(boundary, name)}\r\n${value}\r\n`))
  if (file) {
    const { name, fileName, mediaType, bytes } = file
    const opening = `${head(boundary, name, `; filename="${fileName}"`)}Content-Type: ${mediaType}\r\n\r\n`
    pieces.push(Buffer.from(opening), Buffer.from(bytes), Buffer.from('\r\n'))
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`))
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: Buffer.concat(pieces) }
}

function head(boundary: string, name: string, more = ''): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n`
}
