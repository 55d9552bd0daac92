import { decodeBase64 } from '@answerback/imaging/intake/base64'
import type { FastifyRequest } from 'fastify'
import {
  asProblem,
  discardStaged,
  type StagedDocument,
  stageDocument,
} from '../../application/documents/intake-document.ts'
import type { DocumentInput } from '../../application/documents/resolve-documents.ts'
import { sendFax } from '../../application/sending/send-fax.ts'
import type { Services } from '../../application/services.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { idempotently } from '../web/idempotent.ts'
import type { FormFile } from '../web/multipart.ts'
import { needs } from '../web/route-access.ts'
import { callerOf, type WebApp } from '../web/web-app.ts'
import { type IFaxContext, KEY_HEADER } from './context.ts'
import { success } from './reply.ts'
import { readRequest } from './request-fields.ts'
import { readSendFields, type SendFields, type SentDocument } from './send-fields.ts'

/** A document that came as a part of a form: `faxData[0][fileUrl]`. */
interface SentFile {
  readonly index: number
  readonly staged: StagedDocument
}

const FORM_FIELDS_MAX = 500

/** `POST /v1/customer/fax-send`. */
export function registerSendRoute(app: WebApp, context: IFaxContext): void {
  const { services, web } = context
  app.post(
    '/customer/fax-send',
    {
      config: { access: needs('faxes:write', KEY_HEADER), undocumented: true },
      bodyLimit: web.documentBodyBytesMax,
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { sent, documents, content } = await readSend(request, context, scope)
      const staged = documents.flatMap((each) => (each.kind === 'staged' ? [each.staged] : []))
      let handedOver = false
      try {
        return await idempotently(services, request, reply, content, async (finish) => {
          handedOver = true
          const accepted = await sendFax(
            services,
            scope,
            actor,
            { ...sendRequest(sent), documents },
            {
              inTransaction: (tx, { jobId }) => finish(tx, { status: 200, body: sentReply(jobId) }),
            },
          )
          return { status: 200, body: sentReply(accepted.jobId) }
        })
      } finally {
        // `sendFax` answers for what it was given; the reply of an earlier request needs none of it.
        if (!handedOver) await discardAll(services, staged)
      }
    },
  )
}

/** `jobId` stands in `data` and beside it: clients read either. */
function sentReply(jobId: number) {
  return { ...success('Fax processed for sending', { jobId }), jobId }
}

function sendRequest(sent: SendFields) {
  const { to, from, cover, sendAt, resolution, allowDuplicate, allowNearMiss } = sent
  return {
    to,
    resolution,
    allowDuplicate,
    allowNearMiss,
    ...(from === undefined ? {} : { from }),
    ...(cover === undefined ? {} : { cover }),
    ...(sendAt === undefined ? {} : { sendAt }),
  }
}

/** Reads the request with its documents already encrypted and durable. When it throws, nothing stays staged. */
async function readSend(request: FastifyRequest, { services, web }: IFaxContext, scope: Scope) {
  const { documentBytesMax, documentsPerFaxMax } = services.policy
  const { fields, files } = await readRequest<SentFile>(request, {
    limits: {
      files: documentsPerFaxMax,
      fileBytes: documentBytesMax,
      fields: FORM_FIELDS_MAX,
      fieldBytes: web.documentBodyBytesMax,
      totalBytes: web.formBytesMax,
    },
    onFile: (file, position) => stageFile(services, scope, file, position),
    discard: ({ staged }) => discardStaged(services, staged),
  })
  const staged = new Map(files.map((file) => [file.index, file.staged]))
  try {
    if (staged.size < files.length) throw fileProblem('Two files claim the same place in "faxData".')
    const sent = readSendFields(fields, new Set(staged.keys()))
    const documents: DocumentInput[] = []
    for (const [index, document] of sent.documents.entries()) {
      if (document.data !== undefined) staged.set(index, await stageBase64(services, scope, document, index))
      documents.push(documentInput(document, index, staged.get(index)))
    }
    return { sent, documents, content: contentOf(sent, staged) }
  } catch (error) {
    await discardAll(services, [...staged.values(), ...files.map((file) => file.staged)])
    throw error
  }
}

async function discardAll(services: Services, staged: readonly StagedDocument[]): Promise<void> {
  await Promise.all([...new Set(staged)].map((each) => discardStaged(services, each)))
}

/** `faxData[0][fileUrl]`; `faxData[][fileUrl]` is the next element's. */
const FILE_PART = /^faxData\[(\d{0,2})\]\[(?:fileUrl|fileData|file)\]$/

async function stageFile(
  services: Services,
  scope: Scope,
  file: FormFile,
  position: number,
): Promise<SentFile> {
  const named = FILE_PART.exec(file.name)?.[1]
  const index = named === '' ? position : named
  if (index === undefined)
    throw fileProblem('A file part must be named faxData[0][fileUrl], faxData[1][fileUrl], ….')
  const staged = await stageDocument(services, scope, file.content, {
    field: `faxData[${index}].fileUrl`,
    ...(file.fileName === undefined ? {} : { fileName: file.fileName }),
  })
  return { index: Number(index), staged }
}

function fileProblem(detail: string): Problem {
  return new Problem('request.invalid', { field: 'faxData', detail })
}

async function stageBase64(
  services: Services,
  scope: Scope,
  document: SentDocument,
  index: number,
): Promise<StagedDocument> {
  const field = `faxData[${index}].fileData`
  let bytes: Uint8Array
  try {
    bytes = decodeBase64(document.data!, services.policy.documentBytesMax)
  } catch (error) {
    throw asProblem(error, field)
  }
  return stageDocument(services, scope, bytes, {
    field,
    ...(document.fileName === undefined ? {} : { fileName: document.fileName }),
  })
}

function documentInput(
  document: SentDocument,
  index: number,
  staged: StagedDocument | undefined,
): DocumentInput {
  const pages = document.pages === undefined ? {} : { pages: document.pages }
  if (staged) return { kind: 'staged', staged, ...pages }
  const fileName = document.fileName === undefined ? {} : { fileName: document.fileName }
  return { kind: 'url', url: document.url!, field: `faxData[${index}].fileUrl`, ...fileName, ...pages }
}

/** The request with documents stood for by their hashes: equal for equal requests. */
function contentOf(sent: SendFields, staged: ReadonlyMap<number, StagedDocument>): unknown {
  const documents = sent.documents.map(({ data: _, ...rest }, index) => ({
    ...rest,
    sha256: staged.get(index)?.sha256,
  }))
  return { ...sent, documents }
}
