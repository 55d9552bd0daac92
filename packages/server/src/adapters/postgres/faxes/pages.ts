import type { PageRepository, PageRow } from '../../../ports/store/page-store.ts'
import { Repository } from '../connection/repository.ts'

export class PostgresPages extends Repository implements PageRepository {
  async insert(documentId: string, pages: readonly PageRow[]): Promise<void> {
    if (pages.length === 0) return
    await this.database
      .insertInto('page')
      .values(
        pages.map((page) => ({
          ...this.account,
          document_id: documentId,
          number: page.number,
          width: page.width,
          rows: page.rows,
          kind: page.kind,
          resolution: page.resolution,
          byte_offset: page.offset,
          byte_length: page.length,
          estimated_seconds: page.estimatedSeconds,
        })),
      )
      .execute()
  }

  async list(documentId: string): Promise<PageRow[]> {
    const rows = await this.database
      .selectFrom('page')
      .selectAll()
      .where('document_id', '=', documentId)
      .orderBy('number')
      .execute()
    return rows.map((row) => ({
      number: row.number,
      width: row.width,
      rows: row.rows,
      kind: row.kind,
      resolution: row.resolution,
      offset: row.byte_offset,
      length: row.byte_length,
      estimatedSeconds: row.estimated_seconds,
    }))
  }
}
