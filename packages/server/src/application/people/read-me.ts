import { Problem } from '../../domain/problem/problem.ts'
import type { MemberRow, PersonRow } from '../../ports/store/people-store.ts'
import type { SessionFacts } from '../../ports/store/session-store.ts'
import type { Services } from '../services.ts'
import { peopleScope } from './people-audit.ts'
import { type SecondFactors, secondFactorsOf } from './sign-in.ts'

export interface WhoIsSignedIn {
  readonly person: PersonRow
  readonly factors: SecondFactors
  readonly backupCodesLeft: number
  /** None while the second factor is still to come. */
  readonly accounts: readonly { readonly member: MemberRow; readonly name: string }[]
}

/** What a person is told of themselves. */
export async function readMe(services: Services, facts: SessionFacts): Promise<WhoIsSignedIn> {
  const { store } = services
  const { session, memberships } = facts
  const person = await store.asSystem((tx) => tx.people.get(facts.person.id))
  if (!person) throw new Problem('auth.signed_out')
  const shown = session.state === 'active' ? memberships : []
  const accounts: { member: MemberRow; name: string }[] = []
  for (const member of shown) {
    const { name } = await store.asAccount(peopleScope(member.accountId), (tx) => tx.accounts.get())
    accounts.push({ member, name })
  }
  return {
    person,
    factors: await secondFactorsOf(services, person),
    backupCodesLeft: await store.asSystem((tx) => tx.credentials.unusedBackupCodes(person.id)),
    accounts,
  }
}
