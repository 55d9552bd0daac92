import { listNotes, noteReceived, type OpenNote } from '../../../application/inbox/note-received.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import { NoteBody, NoteList, NotesQuery, WrittenNote } from '../schemas/inbound-actions.ts'

const tags = ['Inbound']
const params = IdParam('inb', 'received fax')

/** `/v2/inbound/:id/notes` */
export function registerInboundNotes(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/inbound/:id/notes',
    {
      config: {
        access: needs('inbound:write'),
        idempotent: true,
        problems: ['inbound.not_found'],
      },
      schema: {
        tags,
        summary: 'Write a note about a received fax',
        description: 'A note is never changed.',
        params,
        body: NoteBody,
        response: { 201: WrittenNote },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { id } = request.params
      const { text } = request.body
      return idempotently(services, request, reply, request.body, async (finish) => {
        const note = await noteReceived(services, scope, actor, id, text, {
          inTransaction: (tx, made) => finish(tx, { status: 201, body: { ...noteView(made), text: null } }),
        })
        return { status: 201, body: noteView(note) }
      })
    },
  )

  app.get(
    '/v2/inbound/:id/notes',
    {
      config: { access: needs('inbound:content'), problems: ['inbound.not_found'] },
      schema: {
        tags,
        summary: 'List the notes about a received fax',
        description: 'Newest first. Each call is an entry of the audit.',
        params,
        querystring: NotesQuery,
        response: { 200: NoteList },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const { limit, cursor } = request.query
      const page = { limit: limit ?? 25, ...(cursor === undefined ? {} : { cursor }) }
      const { notes, nextCursor } = await listNotes(services, scope, actor, request.params.id, page)
      return { data: notes.map(noteView), nextCursor }
    },
  )
}

function noteView({ id, author, text, createdAt }: OpenNote) {
  return { id, author, text, createdAt: createdAt.toISOString() }
}
