import type { FastifyRequest } from 'fastify'
import { Problem } from '../../domain/problem/problem.ts'
import { objectOfFields } from '../web/form-object.ts'
import { parseJsonBody } from '../web/json-body.ts'
import { type FormFile, type FormLimits, readForm } from '../web/multipart.ts'
import type { Fields } from './fields.ts'

/** A request's fields, and what was made of the files of a form. */
export interface ReadRequest<T> {
  readonly fields: Fields
  readonly files: readonly T[]
}

export interface FileReader<T> {
  readonly limits: FormLimits
  /** @param position how many files came before it */
  onFile(file: FormFile, position: number): Promise<T>
  discard(made: T): Promise<void>
}

/** A form whose boundary is named. Clients that set the bare type by hand over a JSON body are read as JSON. */
export function isForm(contentType: string | undefined): boolean {
  return /^multipart\/form-data\s*;.*boundary=/i.test(contentType ?? '')
}

/**
 * Reads a body as iFax clients send it: JSON whatever the Content-Type says (curl's default says form), a URL-encoded form, or
 * a multipart form. An empty body has no fields.
 */
export async function readRequest<T>(
  request: FastifyRequest,
  reader: FileReader<T>,
): Promise<ReadRequest<T>> {
  if (!isForm(request.headers['content-type'])) {
    return { fields: fieldsOfBody((request.body as Buffer | undefined) ?? Buffer.alloc(0)), files: [] }
  }
  const form = await readForm(request.raw, reader.limits, reader.onFile, reader.discard)
  return { fields: fieldsOfForm(form.fields), files: form.files }
}

/** Fields of a request that takes no files. */
export async function readFields(request: FastifyRequest): Promise<Fields> {
  const { fields } = await readRequest<never>(request, {
    limits: { files: 1, fileBytes: 0, fields: 50, fieldBytes: 16_384, totalBytes: 262_144 },
    onFile: async () => {
      throw new Problem('request.invalid', { detail: 'This call takes no files.' })
    },
    discard: async () => undefined,
  })
  return fields
}

const BYTE_ORDER_MARK = /^\uFEFF/

function fieldsOfBody(body: Buffer): Fields {
  // Only the beginning is looked at as text: the rest may be fifty megabytes of base64.
  const head = body.subarray(0, 64).toString('utf8').replace(BYTE_ORDER_MARK, '').trimStart()
  if (head === '') {
    if (body.toString('latin1').trim() === '') return {}
    throw unreadable()
  }
  if (head.startsWith('{')) {
    const value = parseJsonBody(body[0] === 0xef ? body.subarray(3) : body)
    return value as Fields
  }
  if (!/^[A-Za-z_][\w.[\]%]*=/.test(head)) throw unreadable()
  if (hasTooManyFields(body)) {
    throw new Problem('request.too_large', {
      detail: `The form has more than ${URL_ENCODED_FIELDS_MAX} fields.`,
    })
  }
  return fieldsOfForm([...new URLSearchParams(body.toString('utf8'))])
}

/** As many as a multipart form may have; seventy megabytes of `a=1&` would be seventeen million. */
const URL_ENCODED_FIELDS_MAX = 500
const AMPERSAND = 0x26

function hasTooManyFields(body: Buffer): boolean {
  let fields = 1
  for (let at = body.indexOf(AMPERSAND); at !== -1 && fields <= URL_ENCODED_FIELDS_MAX; fields += 1)
    at = body.indexOf(AMPERSAND, at + 1)
  return fields > URL_ENCODED_FIELDS_MAX
}

/** `_method=POST` is how iFax lets weak clients name the method; it and other names that cannot be fields are left out. */
function fieldsOfForm(fields: readonly (readonly [string, string])[]): Fields {
  return objectOfFields(withIndices(fields.filter(([name]) => /^[A-Za-z]/.test(name))))
}

/**
 * Ruby and Rails clients write an array of objects as `faxData[][fileName]`, `faxData[][fileUrl]`, …: a new element begins with
 * each name the current one already has. Returns the same fields with the indices written out.
 */
function withIndices(fields: readonly (readonly [string, string])[]): [string, string][] {
  let index = 0
  let seen = new Set<string>()
  return fields.map(([name, value]) => {
    const key = /^faxData\[\]\[(\w+)\]/.exec(name)?.[1]
    if (key === undefined) return [name, value]
    // `faxData[][pages][]` may repeat within one element.
    if (seen.has(key) && !name.endsWith('[]')) {
      index += 1
      seen = new Set()
    }
    seen.add(key)
    return [name.replace('[]', `[${index}]`), value]
  })
}

function unreadable(): Problem {
  return new Problem('request.invalid', {
    detail: 'The body must be a JSON object ({"faxNumber": …}) or a form.',
  })
}
