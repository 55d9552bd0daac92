import { Problem } from '../../domain/problem/problem.ts'
import type { PageRow } from '../../ports/store/page-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { type OpenFax, withSecrets } from '../faxes/open-fax.ts'
import type { Services } from '../services.ts'

/** One fax and its rendered pages (none until they are). Throws `Problem('fax.not_found')`. */
export async function getFax(
  services: Services,
  scope: Scope,
  faxId: string,
): Promise<OpenFax & { readonly pages: PageRow[] }> {
  return services.store.asAccount(scope, async (tx) => {
    const fax = await tx.faxes.get(faxId)
    if (fax === undefined) throw new Problem('fax.not_found')
    const pages = fax.pagesDocumentId === null ? [] : await tx.pages.list(fax.pagesDocumentId)
    return { ...withSecrets((await readAccount(services, tx)).keys, fax), pages }
  })
}
