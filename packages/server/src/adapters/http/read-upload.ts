import type { FastifyRequest } from 'fastify'
import {
  discardStaged,
  type StagedDocument,
  stageDocument,
} from '../../application/documents/intake-document.ts'
import type { Services } from '../../application/services.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { readForm } from '../web/multipart.ts'
import type { WebOptions } from '../web/web-app.ts'

/** Stages the one document of an upload: a file part of a form, or the body itself. When it throws, nothing stays. */
export async function readUpload(
  services: Services,
  options: WebOptions,
  scope: Scope,
  request: FastifyRequest,
  fileName: string | undefined,
): Promise<StagedDocument> {
  const named = fileName === undefined ? {} : { fileName }
  const isForm = request.headers['content-type']?.toLowerCase().startsWith('multipart/') ?? false
  if (!isForm) return stageDocument(services, scope, request.raw, { field: 'body', ...named })
  const form = await readForm<StagedDocument>(
    request.raw,
    {
      files: 1,
      fileBytes: services.policy.documentBytesMax,
      fields: 8,
      fieldBytes: 1024,
      totalBytes: options.formBytesMax,
    },
    (file) =>
      stageDocument(services, scope, file.content, {
        field: 'file',
        ...(file.fileName === undefined ? named : { fileName: file.fileName }),
      }),
    (staged) => discardStaged(services, staged),
  )
  const staged = form.files[0]
  if (staged === undefined) throw new Problem('request.missing_field', { field: 'file' })
  return staged
}
