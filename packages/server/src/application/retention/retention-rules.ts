import { Problem } from '../../domain/problem/problem.ts'
import {
  daysKept,
  KEEP_ALL,
  type RetentionKind,
  type RetentionRules,
} from '../../domain/retention/retention.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

export async function readRetention(services: Services, scope: Scope): Promise<RetentionRules> {
  return services.store.asAccount(scope, async (tx) => (await tx.retention.rules()) ?? KEEP_ALL)
}

/**
 * Replaces the rules. They hold for everything there is: what is over by the new rules goes with the next run.
 * @throws Problem `request.invalid` for a department named twice, and for pages kept longer than who they are from and to
 */
export async function changeRetention(
  services: Services,
  scope: Scope,
  actor: Actor,
  rules: RetentionRules,
): Promise<RetentionRules> {
  assertSound(rules)
  await services.store.asAccount(scope, async (tx) => {
    const from = (await tx.retention.rules()) ?? KEEP_ALL
    await tx.retention.putRules(rules, new Date(services.clock.now()))
    await recordAudit(services, tx, actor, 'retention.changed', null, { from, to: rules })
  })
  return rules
}

const PAGES: readonly RetentionKind[] = ['sentContent', 'receivedContent']

function assertSound(rules: RetentionRules): void {
  const names = rules.departments.map(({ department }) => department)
  const twice = names.findIndex((name, at) => names.indexOf(name) < at)
  if (twice >= 0) {
    throw invalid(`departments[${twice}].department`, 'A department has one set of rules.')
  }
  assertOrder(rules, null, 'account', PAGES)
  // Sent faxes belong to no department.
  for (const [at, name] of names.entries())
    assertOrder(rules, name, `departments[${at}]`, ['receivedContent'])
}

/** Pages of which nobody knows whose they are serve nobody. */
function assertOrder(
  rules: RetentionRules,
  department: string | null,
  field: string,
  pages: readonly RetentionKind[],
): void {
  const metadata = daysKept(rules, 'metadata', department)
  if (metadata === null) return
  const longest = pages.map((kind) => daysKept(rules, kind, department) ?? Number.POSITIVE_INFINITY)
  if (Math.max(...longest) <= metadata) return
  throw invalid(`${field}.metadataDays`, 'Who a fax was from and to is kept at least as long as its pages.')
}

function invalid(field: string, detail: string): Problem {
  return new Problem('request.invalid', { field, detail })
}
