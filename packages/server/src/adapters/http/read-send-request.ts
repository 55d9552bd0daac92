import { decodeBase64 } from '@answerback/imaging/intake/base64'
import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import {
  asProblem,
  discardStaged,
  type StagedDocument,
  stageDocument,
} from '../../application/documents/intake-document.ts'
import type { DocumentInput } from '../../application/documents/resolve-documents.ts'
import type { SendFaxRequest } from '../../application/sending/new-fax.ts'
import type { Services } from '../../application/services.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { type FormValue, objectOfFields } from '../web/form-object.ts'
import { readForm } from '../web/multipart.ts'
import { assertValid } from '../web/validation.ts'
import type { WebOptions } from '../web/web-app.ts'
import { SendFaxBody } from './schemas/send-fax.ts'

type Body = Static<typeof SendFaxBody>
type DocumentBody = NonNullable<Body['documents']>[number]

/** A request to send, its documents already encrypted and durable, but not yet named by any row. */
export interface ReadSendRequest {
  readonly request: SendFaxRequest
  readonly staged: readonly StagedDocument[]
  /** The request with documents stood for by their hashes: equal for equal requests. */
  readonly content: unknown
}

const checkBody = Compile(SendFaxBody)
const FIELDS_MAX = 400
const FIELD_BYTES_MAX = 16 * 1024

/** Reads a JSON body or a form into one and the same request. When it throws, nothing stays staged. */
export async function readSendRequest(
  services: Services,
  options: WebOptions,
  scope: Scope,
  request: FastifyRequest,
): Promise<ReadSendRequest> {
  const isForm = request.headers['content-type']?.toLowerCase().startsWith('multipart/') ?? false
  return isForm
    ? readFormRequest(services, options, scope, request)
    : readJsonRequest(services, scope, request.body)
}

async function readJsonRequest(services: Services, scope: Scope, body: unknown): Promise<ReadSendRequest> {
  assertValid<Body>(checkBody, SendFaxBody, body)
  const documents = body.documents ?? []
  const staged: (StagedDocument | undefined)[] = []
  try {
    for (const [index, document] of documents.entries()) {
      assertOneSource(document, index)
      staged.push(
        document.data === undefined ? undefined : await stageBase64(services, scope, document, index),
      )
    }
    return assemble(body, documents, staged)
  } catch (error) {
    await discardAll(
      services,
      staged.filter((each) => each !== undefined),
    )
    throw error
  }
}

async function readFormRequest(
  services: Services,
  options: WebOptions,
  scope: Scope,
  request: FastifyRequest,
): Promise<ReadSendRequest> {
  const { documentBytesMax, documentsPerFaxMax } = services.policy
  const form = await readForm<StagedDocument>(
    request.raw,
    {
      files: documentsPerFaxMax,
      fileBytes: documentBytesMax,
      fields: FIELDS_MAX,
      fieldBytes: FIELD_BYTES_MAX,
      totalBytes: options.formBytesMax,
    },
    ({ fileName, content }, index) =>
      stageDocument(services, scope, content, {
        field: `documents[${index}]`,
        ...(fileName === undefined ? {} : { fileName }),
      }),
    (staged) => discardStaged(services, staged),
  )
  try {
    const body = formBody(objectOfFields(form.fields))
    assertValid<Body>(checkBody, SendFaxBody, body)
    const { documents, staged } = placeFiles(body.documents ?? [], form.files)
    return assemble(body, documents, staged)
  } catch (error) {
    await discardAll(services, form.files)
    throw error
  }
}

/** Text becomes numbers and booleans where the schema has them; page selections may be one text with commas. */
function formBody(fields: { [name: string]: FormValue }): unknown {
  if (Array.isArray(fields.documents)) {
    for (const document of fields.documents) {
      if (typeof document === 'object' && !Array.isArray(document) && typeof document.pages === 'string') {
        document.pages = document.pages.split(',').map((part) => part.trim())
      }
    }
  }
  if (typeof fields.tags === 'string') fields.tags = [fields.tags]
  return Value.Convert(SendFaxBody, fields)
}

/** File parts are the documents that have no other source, in order; what is left over follows. */
function placeFiles(described: readonly DocumentBody[], files: readonly StagedDocument[]) {
  const waiting = [...files]
  const documents = [...described]
  const staged = documents.map((document, index) => {
    if (document.data !== undefined) {
      throw new Problem('request.invalid', {
        field: `documents[${index}].data`,
        detail: 'In a form a document is a file part, not base64.',
      })
    }
    const hasSource = document.upload !== undefined || document.url !== undefined
    const file = hasSource ? undefined : waiting.shift()
    if (!file) assertOneSource(document, index)
    return file
  })
  for (const file of waiting) {
    documents.push({})
    staged.push(file)
  }
  return { documents, staged }
}

function assemble(
  body: Body,
  documents: readonly DocumentBody[],
  staged: readonly (StagedDocument | undefined)[],
): ReadSendRequest {
  const { documents: _, sendAt, ...rest } = body
  const inputs = documents.map((document, index) => documentInput(document, index, staged[index]))
  const hashes = documents.map((document, index) => ({
    ...document,
    data: staged[index]?.sha256,
  }))
  return {
    request: { ...rest, documents: inputs, ...(sendAt === undefined ? {} : { sendAt: new Date(sendAt) }) },
    staged: staged.filter((each) => each !== undefined),
    content: { ...body, documents: hashes },
  }
}

function documentInput(
  document: DocumentBody,
  index: number,
  staged: StagedDocument | undefined,
): DocumentInput {
  const pages = document.pages === undefined ? {} : { pages: document.pages }
  if (staged) return { kind: 'staged', staged, ...pages }
  if (document.upload !== undefined) return { kind: 'upload', documentId: document.upload, ...pages }
  const fileName = document.fileName === undefined ? {} : { fileName: document.fileName }
  return { kind: 'url', url: document.url!, field: `documents[${index}].url`, ...fileName, ...pages }
}

function assertOneSource(document: DocumentBody, index: number): void {
  const sources = [document.upload, document.data, document.url].filter((source) => source !== undefined)
  if (sources.length === 1) return
  const detail =
    sources.length === 0
      ? 'A document needs one of "upload", "data" and "url".'
      : 'A document has one source only: "upload", "data" or "url".'
  throw new Problem(sources.length === 0 ? 'request.missing_field' : 'request.invalid', {
    field: `documents[${index}]`,
    detail,
  })
}

async function stageBase64(
  services: Services,
  scope: Scope,
  document: DocumentBody,
  index: number,
): Promise<StagedDocument> {
  const field = `documents[${index}].data`
  const { fileName } = document
  let bytes: Uint8Array
  try {
    bytes = decodeBase64(document.data!, services.policy.documentBytesMax)
  } catch (error) {
    throw asProblem(error, field)
  }
  return stageDocument(services, scope, bytes, { field, ...(fileName === undefined ? {} : { fileName }) })
}

/** Removes what was staged for a request that was refused or had been answered before. */
export async function discardAll(services: Services, staged: readonly StagedDocument[]): Promise<void> {
  await Promise.all(staged.map((each) => discardStaged(services, each)))
}
