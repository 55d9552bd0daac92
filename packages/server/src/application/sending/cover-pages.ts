import { checkCoverFields } from '@answerback/imaging/cover/check-fields'
import { parseCoverTemplate } from '@answerback/imaging/cover/template'
import type { AuditAction } from '../../domain/audit/audit-action.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { AccountSettings } from '../../ports/store/account-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { asProblem } from '../documents/intake-document.ts'
import { recordAudit } from '../record-change.ts'
import type { CoverInput } from '../sealed/fax-secrets.ts'
import type { Services } from '../services.ts'

/** An account's own cover sheet, as it was given: `parseCoverTemplate` says what it may hold. */
export type CoverTemplateFields = Readonly<Record<string, unknown>>

export interface CoverPage {
  readonly id: string
  readonly template: CoverTemplateFields
}

/** They live in the account's settings, which every send reads anyway. */
const COVER_PAGES_MAX = 50

export async function listCoverPages(services: Services, scope: Scope): Promise<CoverPage[]> {
  const { settings } = await services.store.asAccount(scope, (tx) => tx.accounts.get())
  return Object.entries(settings.coverTemplates ?? {}).map(([id, template]) => ({
    id,
    template: template as CoverTemplateFields,
  }))
}

/** Throws `Problem('cover.not_found')`. */
export async function getCoverPage(services: Services, scope: Scope, id: string): Promise<CoverPage> {
  const found = (await listCoverPages(services, scope)).find((page) => page.id === id)
  if (found === undefined) throw new Problem('cover.not_found')
  return found
}

/** @throws Problem `cover.invalid`; `request.invalid` when the account has as many as it may */
export async function createCoverPage(
  services: Services,
  scope: Scope,
  actor: Actor,
  template: CoverTemplateFields,
  hooks: { readonly inTransaction?: (tx: Tx, made: CoverPage) => Promise<void> } = {},
): Promise<CoverPage> {
  assertTemplate(template)
  const page = { id: services.random.id('cov'), template }
  await changeTemplates(services, scope, actor, 'cover_page.created', page.id, async (held, tx) => {
    if (held.size >= COVER_PAGES_MAX) {
      throw new Problem('request.invalid', {
        detail: `An account has at most ${COVER_PAGES_MAX} cover pages.`,
      })
    }
    held.set(page.id, template)
    await hooks.inTransaction?.(tx, page)
  })
  return page
}

/** Replaces a cover page. Faxes already accepted but not yet rendered get the new one. */
export async function replaceCoverPage(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  template: CoverTemplateFields,
): Promise<CoverPage> {
  assertTemplate(template)
  await changeTemplates(services, scope, actor, 'cover_page.changed', id, async (held) => {
    if (!held.has(id)) throw new Problem('cover.not_found')
    held.set(id, template)
  })
  return { id, template }
}

/** Faxes accepted with it and not yet rendered get the built-in sheet. */
export async function deleteCoverPage(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<void> {
  await changeTemplates(services, scope, actor, 'cover_page.deleted', id, async (held) => {
    if (!held.delete(id)) throw new Problem('cover.not_found')
  })
}

/**
 * Whether a request's cover can be drawn, and names a cover page the account has, or none: said when the fax is handed in and
 * not when it is rendered. Throws `Problem('cover.invalid')`.
 */
export function assertCover(settings: AccountSettings, cover: CoverInput | undefined): void {
  if (cover === undefined) return
  const { templateId, returnCode: _drawnByUs, ...fields } = cover
  if (templateId !== undefined && !Object.hasOwn(settings.coverTemplates ?? {}, templateId)) {
    throw new Problem('cover.invalid', {
      field: 'cover.templateId',
      detail: 'The account has no such cover page: list them with GET /v2/cover-pages.',
    })
  }
  for (const [name, text] of Object.entries(fields)) {
    try {
      checkCoverFields({ [name]: text })
    } catch (error) {
      throw asProblem(error, `cover.${name}`)
    }
  }
}

function assertTemplate(template: CoverTemplateFields): void {
  try {
    parseCoverTemplate(template)
  } catch (error) {
    throw asProblem(error)
  }
}

async function changeTemplates(
  services: Services,
  scope: Scope,
  actor: Actor,
  action: AuditAction,
  id: string,
  change: (held: Map<string, unknown>, tx: Tx) => Promise<void>,
): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    const { settings } = await tx.accounts.get()
    const held = new Map(Object.entries(settings.coverTemplates ?? {}))
    await change(held, tx)
    await tx.accounts.updateSettings({ ...settings, coverTemplates: Object.fromEntries(held) })
    await recordAudit(services, tx, actor, action, id, {})
  })
}
